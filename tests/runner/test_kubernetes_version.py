"""Plan and apply refuse a step of Kubernetes that EKS would refuse, before the first stack."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.errors import RunnerError
from runner.manifest import Stack
from runner.stages import Run, apply, plan
from support.fake_terraform import FakeTerraform
from support.state_objects import BUCKET, REGION, applied, state_text
from tools.emulator import LocalAws

ALL = ("state", "network", "edge", "cluster")


@pytest.fixture
def asks(aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform) -> Callable[..., Run]:
    """A run whose cluster stack asks for a version, of a cluster that has one in the state."""

    def run(wanted: str, known: str | None) -> Run:
        cluster = stacks[-1]
        resource = {"aws_eks_cluster": {"cluster": {"name": "dev", "version": wanted}}}
        document = cluster.document | {"resource": resource}
        (cluster.directory / "cdk.tf.json").write_text(json.dumps(document))
        applied(aws, *ALL)
        if known is not None:
            put_state(aws, known)
        fresh = Stack(cluster.name, cluster.directory, cluster.dependencies)
        return Run([*stacks[:-1], fresh], approve=True)

    assert fake_terraform.calls == []
    return run


def put_state(aws: LocalAws, version: str) -> None:
    state: dict[str, Any] = json.loads(state_text())
    attributes = {"name": "dev", "version": version}
    state["resources"] = [
        {
            "mode": "managed",
            "type": "aws_eks_cluster",
            "name": "cluster",
            "instances": [{"attributes": attributes}],
        }
    ]
    body = json.dumps(state).encode()
    aws.client("s3", REGION).put_object(Bucket=BUCKET, Key="dev/cluster.tfstate", Body=body)


def make_cluster(aws: LocalAws, version: str) -> None:
    """Makes the cluster dev in EKS."""
    trust = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}}
    statement = trust | {"Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws.client("iam").create_role(RoleName="c", AssumeRolePolicyDocument=document)["Role"]
    subnets = aws.client("ec2", REGION).describe_subnets()["Subnets"]
    aws.client("eks", REGION).create_cluster(
        name="dev",
        version=version,
        roleArn=role["Arn"],
        resourcesVpcConfig={"subnetIds": [subnet["SubnetId"] for subnet in subnets][:3]},
    )


@pytest.mark.parametrize("work", [plan, apply])
@pytest.mark.parametrize(
    ("known", "wanted", "how"),
    [
        ("1.34", "1.36", 'set cluster.version to "1.35", apply, then go on'),
        ("1.36", "1.34", "EKS rolls back by one minor, here to 1.35, within 7 days of an upgrade"),
    ],
)
def test_a_skip_and_a_downgrade_are_refused_in_the_words_of_eks(
    asks: Callable[..., Run],
    fake_terraform: FakeTerraform,
    work: Callable[[Run], object],
    known: str,
    wanted: str,
    how: str,
) -> None:
    with pytest.raises(RunnerError) as refused:
        work(asks(wanted, known))
    text = f"Unsupported Kubernetes minor version update from {known} to {wanted}: dev runs {known}"
    assert str(refused.value).startswith(text)
    assert how in str(refused.value)
    assert fake_terraform.calls == []


@pytest.mark.parametrize(("known", "wanted"), [("1.35", "1.36"), ("1.36", "1.36")])
def test_the_next_minor_and_the_same_are_planned_without_a_word(
    asks: Callable[..., Run], capfd: pytest.CaptureFixture[str], known: str, wanted: str
) -> None:
    assert plan(asks(wanted, known)) == 0
    assert "Warning" not in capfd.readouterr().out


def test_one_minor_back_is_planned_with_the_rule_of_rollbacks(
    asks: Callable[..., Run], fake_terraform: FakeTerraform, capfd: pytest.CaptureFixture[str]
) -> None:
    assert plan(asks("1.35", "1.36")) == 0
    printed = capfd.readouterr().out
    assert "roll dev back from Kubernetes 1.36 to 1.35" in printed
    assert "within 7 days of the upgrade to 1.36" in printed
    assert len(fake_terraform.calls) == 2 * len(ALL)


def test_the_version_that_eks_says_counts_more_than_an_old_state(
    aws: LocalAws, asks: Callable[..., Run], capfd: pytest.CaptureFixture[str]
) -> None:
    """EKS upgrades clusters itself when support ends."""
    make_cluster(aws, "1.35")
    assert plan(asks("1.36", "1.34")) == 0
    assert "Warning" not in capfd.readouterr().out


def test_a_new_cluster_is_warned_of_a_minor_for_upgrades_only(
    asks: Callable[..., Run], capfd: pytest.CaptureFixture[str]
) -> None:
    """The state says whether it is new."""
    assert plan(asks("1.34", None)) == 0
    printed = capfd.readouterr().out
    assert "dev does not exist yet and would be created with Kubernetes 1.34" in printed
    assert 'Set cluster.version to "1.36"' in printed
    plan(asks("1.34", "1.34"))
    plan(asks("1.36", None))
    assert "Warning" not in capfd.readouterr().out


def test_other_stacks_are_not_held_up_by_the_cluster(
    asks: Callable[..., Run], fake_terraform: FakeTerraform
) -> None:
    run = asks("1.36", "1.34")
    apply(Run(run.stacks, only="network", approve=True))
    assert fake_terraform.calls[-1] == ["dev-network", "apply", "-auto-approve"]
