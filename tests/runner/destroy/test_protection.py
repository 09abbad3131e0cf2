"""A destroy is refused before its first stack, and lists all that is protected at once."""

import json
from typing import Any

import pytest

from runner.errors import RunnerError
from runner.manifest import Stack
from runner.stages import Run, apply, destroy
from support.fake_terraform import FakeTerraform
from support.state_objects import BUCKET, REGION, applied, make_bucket
from tools.emulator import LocalAws

Resources = dict[str, dict[str, Any]]
"""Bodies or attributes by address."""

KEPT = {"lifecycle": {"prevent_destroy": True}}


class Platform:
    """An environment of hand-made stacks, whose states and configurations tests write."""

    def __init__(self, aws: LocalAws, stacks: list[Stack]) -> None:
        self.aws, self.stacks = aws, stacks
        applied(aws, "state")

    def has(self, stack: str, state: Resources, configured: Resources, *removed: str) -> None:
        """Sets what is in a stack's state and in its configuration."""
        self._write_state(stack, state)
        position = [each.short_name for each in self.stacks].index(stack)
        old = self.stacks[position]
        resources: dict[str, Resources] = {}
        for address, body in configured.items():
            type_, _, name = address.partition(".")
            resources.setdefault(type_, {})[name] = body
        blocks = [{"from": address, "lifecycle": {"destroy": False}} for address in removed]
        document = old.document | {"resource": resources, "removed": blocks}
        (old.directory / "cdk.tf.json").write_text(json.dumps(document))
        self.stacks[position] = Stack(old.name, old.directory, old.dependencies)

    def refused(self, only: str | None = None) -> str:
        """The message with which a destroy is refused."""
        with pytest.raises(RunnerError) as error:
            destroy(Run(self.stacks, only, approve=True))
        return str(error.value)

    def _write_state(self, stack: str, state: Resources) -> None:
        entries = [
            {
                "mode": "managed",
                "type": address.partition(".")[0],
                "name": address.partition(".")[2],
                "instances": [{"attributes": attributes}],
            }
            for address, attributes in state.items()
        ]
        document = {"lineage": stack, "serial": 1, "outputs": {}, "resources": entries}
        self.aws.client("s3", REGION).put_object(
            Bucket=BUCKET, Key=f"dev/{stack}.tfstate", Body=json.dumps(document).encode()
        )


@pytest.fixture
def platform(aws: LocalAws, stacks: list[Stack]) -> Platform:
    return Platform(aws, stacks)


def bucket_with_an_object(aws: LocalAws, name: str = "backups") -> dict[str, Any]:
    s3 = make_bucket(aws, name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key="backup", Body=b"data")
    # Its noncurrent version remains.
    s3.delete_object(Bucket=name, Key="backup")
    return {"bucket": name, "id": name, "region": REGION, "force_destroy": False}


def subnets(aws: LocalAws) -> list[str]:
    ec2 = aws.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}"
        )
        for number, zone in enumerate("ab")
    ]
    return [each["Subnet"]["SubnetId"] for each in made]


def load_balancer(aws: LocalAws, subnet_ids: list[str]) -> dict[str, Any]:
    elb = aws.client("elbv2", REGION)
    made = elb.create_load_balancer(Name="dev", Subnets=subnet_ids)["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}]
    )
    return {"arn": arn, "name": "dev"}


def cluster(aws: LocalAws, subnet_ids: list[str]) -> dict[str, Any]:
    trust = {"Version": "2012-10-17", "Statement": []}
    role = aws.client("iam", REGION).create_role(
        RoleName="cluster", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    aws.client("eks", REGION).create_cluster(
        name="dev",
        roleArn=role,
        resourcesVpcConfig={"subnetIds": subnet_ids},
        deletionProtection=True,
    )
    return {"name": "dev", "id": "dev"}


def test_a_target_group_with_pods_of_another_environment_is_not_destroyed(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    elb, [subnet, _] = platform.aws.client("elbv2", REGION), subnets(platform.aws)
    [found] = platform.aws.client("ec2", REGION).describe_subnets(SubnetIds=[subnet])["Subnets"]
    group = {"Protocol": "HTTP", "Port": 80, "VpcId": found["VpcId"], "TargetType": "ip"}
    [made] = elb.create_target_group(Name="green", **group)["TargetGroups"]
    arn, pod = made["TargetGroupArn"], [{"Id": "10.0.0.10", "Port": 80}]
    attributes = {"arn": arn, "name": "green", "tags": {"serves": "green"}}
    own = {"arn": arn, "name": "own", "tags": None}
    platform.has(
        "edge",
        {"aws_lb_target_group.green": attributes, "aws_lb_target_group.own": own},
        {"aws_lb_target_group.green": {}, "aws_lb_target_group.own": {}},
    )
    elb.register_targets(TargetGroupArn=arn, Targets=pod)
    message = platform.refused()
    assert "pods of green are registered: destroy its platform stack first" in message
    assert "aws_lb_target_group.own" not in message
    assert fake_terraform.calls == []

    elb.deregister_targets(TargetGroupArn=arn, Targets=pod)
    destroy(Run(platform.stacks, None, approve=True))


def test_all_that_is_protected_is_listed_with_the_setting_that_protects_it(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    bucket = bucket_with_an_object(platform.aws)
    ids = subnets(platform.aws)
    platform.has(
        "network",
        {
            "aws_kms_key.velero_key": {"id": "1234"},
            "aws_s3_bucket.velero": bucket,
            "aws_s3_bucket_policy.velero_policy": {"id": "backups"},
            "aws_vpc.vpc": {"id": "vpc-1"},
        },
        {
            "aws_kms_key.velero_key": KEPT,
            "aws_s3_bucket.velero": KEPT,
            "aws_s3_bucket_policy.velero_policy": {},
            "aws_vpc.vpc": {},
        },
    )
    platform.has(
        "edge",
        {"aws_lb.load_balancer": load_balancer(platform.aws, ids)},
        {"aws_lb.load_balancer": KEPT},
    )
    platform.has(
        "cluster",
        {
            "aws_eks_cluster.cluster": cluster(platform.aws, ids),
            "aws_efs_file_system.efs": {"id": "fs-1"},
        },
        {"aws_eks_cluster.cluster": KEPT, "aws_efs_file_system.efs": KEPT},
    )
    assert platform.refused().splitlines() == [
        "Nothing was destroyed, because these resources are protected:",
        "dev-cluster:",
        "  aws_eks_cluster.cluster (dev): prevent_destroy, EKS deletion protection is enabled",
        "    To destroy: set `cluster.deletion_protection: false`, and run "
        "`make apply ENV=dev STACK=cluster`.",
        "  aws_efs_file_system.efs (fs-1): prevent_destroy",
        "    To destroy: set `cluster.efs.force_destroy: true`, and run "
        "`make apply ENV=dev STACK=cluster`.",
        "    To keep: set `cluster.efs.enabled: false`, and run "
        "`make apply ENV=dev STACK=cluster`. Terraform then no longer manages this, and it stays "
        "in AWS.",
        "dev-edge:",
        "  aws_lb.load_balancer (dev): prevent_destroy, deletion protection is enabled",
        "    To destroy: set `edge.deletion_protection: false`, and run "
        "`make apply ENV=dev STACK=edge`.",
        "dev-network:",
        "  aws_kms_key.velero_key (1234): prevent_destroy",
        "  aws_s3_bucket.velero (backups): prevent_destroy, the bucket contains objects",
        "    To destroy: set `platform.velero.bucket.force_destroy: true`, and run "
        "`make apply ENV=dev STACK=network`.",
        "    To keep: set `platform.velero.enabled: false`, and run "
        "`make apply ENV=dev STACK=network`. Terraform then no longer manages this, and it stays "
        "in AWS.",
        "Then run this command again.",
    ]
    assert "backups" in platform.refused("network")
    assert fake_terraform.calls == []


def test_what_aws_protects_is_found_where_the_file_does_not_protect_it(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    """The setting is changed but not applied, or was set in the console."""
    ids = subnets(platform.aws)
    platform.has(
        "network",
        {"aws_s3_bucket.velero": bucket_with_an_object(platform.aws)},
        {"aws_s3_bucket.velero": {"force_destroy": True}},
    )
    platform.has(
        "edge",
        {"aws_lb.load_balancer": load_balancer(platform.aws, ids)},
        {"aws_lb.load_balancer": {"enable_deletion_protection": False}},
    )
    platform.has(
        "cluster",
        {"aws_eks_cluster.cluster": cluster(platform.aws, ids)},
        {"aws_eks_cluster.cluster": {"name": "dev"}},
    )
    text = platform.refused()
    for setting, stack in (
        ("platform.velero.bucket.force_destroy: true", "network"),
        ("edge.deletion_protection: false", "edge"),
    ):
        assert (
            f"To destroy: `{setting}` is set but not applied: "
            f"run `make apply ENV=dev STACK={stack}`." in text
        )
    assert "To destroy: set `cluster.deletion_protection: false`, and run `make apply" in text
    assert fake_terraform.calls == []


def test_a_feature_that_is_switched_off_is_applied_before_a_destroy(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    """Terraform ignores `removed` blocks in a destroy."""
    state = {
        "aws_kms_key.velero_key": {"id": "1234"},
        "aws_s3_bucket.velero": bucket_with_an_object(platform.aws),
        "aws_s3_bucket_policy.velero_policy": {"id": "backups"},
    }
    platform.has("network", state, {}, *state)
    assert platform.refused("network").splitlines()[1:-1] == [
        "dev-network:",
        "  aws_kms_key.velero_key (1234): switched off in the file, which is not applied",
        "  aws_s3_bucket.velero (backups): switched off in the file, which is not applied, "
        "the bucket contains objects",
        "    To keep: run `make apply ENV=dev STACK=network`. Terraform then no longer manages "
        "this, and it stays in AWS.",
        "    To destroy: restore the settings that created this, set "
        "`platform.velero.bucket.force_destroy: true`, and run `make apply ENV=dev STACK=network`.",
    ]
    apply(Run(platform.stacks, "network", approve=True))
    assert [call[1] for call in fake_terraform.calls] == ["init", "apply"]


def test_an_apply_does_not_begin_to_destroy_what_aws_protects(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    balancer = load_balancer(platform.aws, subnets(platform.aws))
    platform.has("network", {"aws_vpc.vpc": {"id": "vpc-1"}}, {"aws_vpc.vpc": {}})
    platform.has("edge", {"aws_lb.load_balancer": balancer}, {})
    with pytest.raises(RunnerError) as error:
        apply(Run(platform.stacks, "edge", approve=True))
    assert str(error.value).splitlines() == [
        "Nothing was applied, because that would destroy these resources, which are protected:",
        "dev-edge:",
        "  aws_lb.load_balancer (dev): deletion protection is enabled",
        "    To destroy: restore the settings that created this, set "
        "`edge.deletion_protection: false`, run `make apply ENV=dev STACK=edge`, and remove the "
        "settings again.",
    ]
    assert fake_terraform.calls == []


def test_a_protected_cluster_protects_the_stacks_that_run_in_it(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    made = cluster(platform.aws, subnets(platform.aws))
    platform.has("cluster", {"aws_eks_cluster.cluster": made}, {"aws_eks_cluster.cluster": KEPT})
    directory = platform.stacks[-1].directory.parent / "dev-platform"
    directory.mkdir()
    document = platform.stacks[-1].document
    backend = document["terraform"]["backend"]["s3"] | {"key": "dev/platform.tfstate"}
    own = {"terraform": {"backend": {"s3": backend}}, "provider": document["provider"]}
    (directory / "cdk.tf.json").write_text(json.dumps(own))
    platform.stacks.append(Stack("dev-platform", directory, ("dev-cluster",)))
    assert "dev-cluster:\n  aws_eks_cluster.cluster (dev)" in platform.refused("platform")
    assert fake_terraform.calls == []


def test_resources_of_the_user_are_protected_too(platform: Platform) -> None:
    bucket = bucket_with_an_object(platform.aws, "own")
    platform.has("network", {"aws_s3_bucket.own": bucket}, {"aws_s3_bucket.own": {}})
    text = platform.refused("network")
    assert "  aws_s3_bucket.own (own): the bucket contains objects\n" in text
    assert "no setting protects this. Change the stack that configures it" in text


def test_what_is_empty_gone_or_unprotected_stops_no_destroy(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    full = bucket_with_an_object(platform.aws, "full")
    make_bucket(platform.aws, "empty")
    arn = f"arn:aws:elasticloadbalancing:{REGION}:123456789012:loadbalancer/app/gone/1"
    state = {
        "aws_s3_bucket.full": full | {"force_destroy": True},
        "aws_s3_bucket.empty": full | {"bucket": "empty"},
        "aws_s3_bucket.gone": full | {"bucket": "gone"},
        "aws_lb.gone": {"arn": arn, "name": "gone"},
        "aws_eks_cluster.gone": {"name": "gone"},
        "aws_kms_key.key": {"id": "1234"},
    }
    platform.has("network", state, {address: {"name": "gone"} for address in state})
    destroy(Run(platform.stacks, "network", approve=True))
    assert [call[1] for call in fake_terraform.calls] == ["init", "destroy"]


def test_terraform_alone_judges_a_destroy_of_single_resources(
    platform: Platform, fake_terraform: FakeTerraform
) -> None:
    key = {"aws_kms_key.velero_key": {"id": "1234"}}
    platform.has("network", key, {"aws_kms_key.velero_key": KEPT})
    destroy(Run(platform.stacks, "network", ("-target=aws_vpc.vpc",), approve=True))
    assert [call[1] for call in fake_terraform.calls] == ["init", "destroy"]
