"""`make check` (M2): what an account lacks for an environment is said before the first apply."""

import json
import re
from collections.abc import Callable
from fnmatch import fnmatch
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config import versions
from rules.load import EXAMPLES
from runner.check.report import exit_code, print_findings
from support.checked import (
    ADMIN,
    OURS,
    REGION,
    TRUST,
    ZONE,
    Checked,
    pairs,
    prepare,
    servers,
)
from support.command import command
from support.name_server import name_server
from tools.emulator import LocalAws

Of = Callable[[str], Checked]


def allowed(aws: LocalAws, call: str) -> bool:
    """Whether AWS's managed policy ReadOnlyAccess allows a call of the record."""
    if call.startswith("s3:"):
        return True
    service, _, action = call.partition(":")
    prefix = aws.client(service).meta.service_model.signing_name
    return any(fnmatch(f"{prefix}:{action}".lower(), each.lower()) for each in read_only(aws))


@cache
def read_only(aws: LocalAws) -> list[str]:
    iam, arn = aws.client("iam"), "arn:aws:iam::aws:policy/ReadOnlyAccess"
    default = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=default)
    statements = version["PolicyVersion"]["Document"]["Statement"]
    return [action for each in statements for action in each["Action"]]


def test_an_account_that_has_everything_is_ok_and_nothing_is_written(
    checked: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = checked("full")
    prepare(full.aws, "platform.example.com")
    named = ("grafana-sso", "grafana-reports", "alerts-slack", "alerts-pagerduty", "alerts-smtp")
    for name in named:
        secret = f"full/platform/{name}"
        full.client("secretsmanager").create_secret(Name=secret, SecretString="{}")
    heartbeat = "full/platform/alerts-heartbeat"
    full.client("secretsmanager").create_secret(Name=heartbeat, SecretString="{}")
    role = full.aws.client("sts").assume_role(RoleArn=ADMIN, RoleSessionName="someone")
    credentials = role["Credentials"]
    made = set(full.aws.calls())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", credentials["SessionToken"])
    delegated = {("platform.example.com", "NS"): servers(full.aws)}
    with name_server(delegated) as resolver:
        found = full.with_resolver(resolver).findings()
    assert [finding for finding in found if finding.status != "ok"] == []
    assert full.aws.failures() == []
    asked = sorted(set(full.aws.calls()) - made)
    reads = re.compile(r"[\w-]+:(Describe|Get|List)\w+|s3:(GET|HEAD) \w+")
    assert [call for call in asked if not reads.fullmatch(call)] == []
    assert [call for call in asked if not allowed(full.aws, call)] == []


def test_a_new_account_is_told_what_it_lacks(checked: Of) -> None:
    found = checked("prod").by_subject()
    vcpus = found["vCPUs, on-demand, Standard"]
    assert (vcpus.status, vcpus.found) == ("error", "0 of 5 used by others")
    assert vcpus.needed == "12 at first, 1024 at most"
    assert "--service-code ec2 --quota-code L-1216C47A --desired-value 18" in vcpus.action
    assert found["vCPUs, spot, Standard"].status == "warning"
    pods = found["vCPUs of the platform's pods on Karpenter's nodes"]
    assert (pods.status, pods.found, pods.needed) == (
        "error",
        "5 free besides the node groups",
        "6",
    )
    admin = found[ADMIN]
    assert (admin.status, admin.found) == ("error", "there is no such role")
    zone = found[f"hosted zone example.com ({ZONE})"]
    assert (zone.status, zone.found) == ("error", "does not exist")
    spot = found["AWSServiceRoleForEC2Spot"]
    assert (spot.status, spot.needed) == ("warning", "for NodePool default")
    assert "create-service-linked-role --aws-service-name spot.amazonaws.com" in spot.action
    assert found["identity"].needed == f"an administrator: {ADMIN}"
    assert all(each.action for each in found.values() if each.status in ("warning", "error"))


def test_quotas_count_what_others_have_and_what_the_json_makes(checked: Of) -> None:
    prod = checked("prod")
    ec2 = prod.client("ec2")
    for tags in ({}, {}, {}, OURS, OURS):
        given = [{"ResourceType": "elastic-ip", "Tags": pairs(tags)}] if tags else []
        ec2.allocate_address(Domain="vpc", TagSpecifications=given)
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    found = prod.by_subject("quotas")
    addresses = found["Elastic IPs"]
    assert (addresses.status, addresses.found, addresses.needed) == (
        *("error", "3 of 5 used by others", "3"),
    )
    assert "--quota-code L-0263D0A3 --desired-value 6`" in addresses.action
    assert (found["VPCs"].status, found["VPCs"].found) == ("error", "5 of 5 used by others")
    roles = sum(len(stack.document["resource"].get("aws_iam_role", {})) for stack in prod.stacks)
    assert (found["IAM roles"].status, found["IAM roles"].needed) == ("ok", str(roles))
    assert prod.changed(
        ('"load_balancer_type": "application"', '"load_balancer_type": "network"')
    ).by_subject("quotas").keys() >= {"Network Load Balancers"}


def test_instances_of_others_take_vcpus_of_their_class_and_market(checked: Of) -> None:
    prod = checked("prod")
    prepare(prod.aws)
    ec2 = prod.client("ec2")
    run: dict[str, Any] = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1}
    ec2.run_instances(**run, InstanceType="m7g.4xlarge")
    ec2.run_instances(**run, InstanceType="g5.xlarge")
    ec2.run_instances(
        **run,
        InstanceType="m7g.4xlarge",
        TagSpecifications=[{"ResourceType": "instance", "Tags": pairs(OURS)}],
    )
    found = prod.by_subject("vCPUs")
    assert found["vCPUs, on-demand, Standard"].found == "16 of 5000 used by others"
    assert found["vCPUs, spot, Standard"].found == "0 of 5000 used by others"


def test_a_missing_permission_is_named_and_the_rest_is_checked(checked: Of) -> None:
    prod = checked("prod")
    prepare(prod.aws)
    denied = {
        ("iam", "ListRoles"): ("AccessDenied", "iam:ListRoles"),
        ("ec2", "DescribeAvailabilityZones"): (
            "UnauthorizedOperation",
            "ec2:DescribeAvailabilityZones",
        ),
        ("service-quotas", "GetServiceQuota"): (
            "AccessDeniedException",
            "servicequotas:GetServiceQuota",
        ),
        ("logs", "DescribeLogGroups"): ("AccessDeniedException", "logs:DescribeLogGroups"),
        ("route53", "GetHostedZone"): ("AccessDenied", "route53:GetHostedZone"),
    }
    for (service, action), (code, _) in denied.items():
        prod.aws.inject(service, action, code, status=403, times=1000)
    found = prod.findings()
    assert "error" not in {each.status for each in found}
    unchecked = [each for each in found if each.status == "not checked"]
    for code, action in denied.values():
        assert f"{code}, needs {action}" in {each.found for each in unchecked}
        assert f"Allow {action}, and check again." in {each.action for each in unchecked}
    ok = {each.subject for each in found if each.status == "ok"}
    assert ok >= {"IAM policy", "EKS cluster", "IAM roles"}


def test_another_account_or_no_credentials_end_the_check(
    checked: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = checked("dev")
    (other,) = dev.changed(account="999999999999").findings()
    assert (other.status, other.subject, other.needed) == ("error", "account", "999999999999")
    assert other.found == "123456789012 (arn:aws:sts::123456789012:user/moto)"
    assert "AWS_PROFILE" in other.action
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (none,) = dev.findings()
    assert (none.status, none.subject) == ("error", "credentials")
    assert none.found == "Unable to locate credentials"


def test_zones_types_versions_and_images_that_do_not_exist(checked: Of) -> None:
    prod = checked("prod")
    table = versions.table().kubernetes["1.36"]
    broken = prod.changed(
        ("eu-west-1c", "eu-west-1d"),
        ("m7g.xlarge", "m99.xlarge"),
        (f'"{table.addons["coredns"].version}"', '"v1.99.0-eksbuild.1"'),
        (table.amis["al2023"].version, "1.36.4-20300101"),
    )
    found = broken.by_subject("zones", "instance types", "EKS add-ons", "node images")
    wrong = {each.subject: each.found for each in found.values() if each.status != "ok"}
    newest = table.addons["coredns"].version
    image = (
        "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/arm64/standard"
        "/amazon-eks-node-al2023-arm64-standard-1.36-v20300101/image_id"
    )
    assert wrong == {
        "eu-west-1d": "the account has eu-west-1a, eu-west-1b, eu-west-1c",
        "node group system": "m99.xlarge is not offered in eu-west-1",
        "coredns": f"not offered; the newest build is {newest}",
        "node group system, arm64": f"no parameter {image}",
    }
    assert found["coredns"].action == f"Set `cluster.addons.coredns.version: {newest}`."
    minor = prod.changed(('"version": "1.36"', '"version": "1.40"')).by_subject("Kubernetes")
    assert minor["Kubernetes 1.40"].status == "error"


def test_services_of_endpoints_are_offered_in_their_zones(checked: Of) -> None:
    isolated = checked("isolated")
    (found,) = isolated.findings("endpoints")
    assert (found.status, found.found) == ("ok", "16 are offered in their zones")
    wrong = isolated.changed(
        ("com.amazonaws.eu-west-1.kms", "com.amazonaws.eu-west-1.none"),
        ('"eu-west-1b"', '"eu-west-1d"'),
    ).by_subject("endpoints")
    assert wrong["com.amazonaws.eu-west-1.none"].found == "not offered"
    assert wrong["com.amazonaws.eu-west-1.sts"].found == "not offered in eu-west-1d"


def test_a_zone_without_control_planes_and_a_region_that_is_not_enabled(checked: Of) -> None:
    dev = checked("dev")
    virginia = dev.changed(
        ("eu-west-1b", "us-east-1e"),
        ("control_plane_subnet_ids.b}", "control_plane_subnet_ids.e}"),
        ("eu-west-1", "us-east-1"),
        region="us-east-1",
    ).by_subject("zones")
    assert virginia["us-east-1e"].status == "error"
    assert "use1-az3, where EKS makes no control plane" in virginia["us-east-1e"].found
    assert virginia["us-east-1e"].action.startswith(
        "Name other zones in `network.control_plane_subnets.zones`"
    )
    assert virginia["us-east-1a"].status == "ok"
    bahrain = dev.changed(("eu-west-1", "me-south-1")).by_subject("regions")
    assert (bahrain["me-south-1"].status, bahrain["me-south-1"].found) == ("error", "not-opted-in")


def test_principals_are_compared_with_their_path(checked: Of) -> None:
    dev = checked("dev")
    path = "/aws-reserved/sso.amazonaws.com/"
    make = dev.aws.client("iam").create_role
    real = make(RoleName="platform-admin", Path=path, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    found = dev.by_subject("principals")[ADMIN]
    assert (found.status, found.found) == ("error", f"the role is {real}")
    assert found.action == f"Write the ARN with its path: {real}."
    elsewhere = ADMIN.replace("123456789012", "210987654321")
    other = dev.changed((ADMIN, elsewhere), admins=[elsewhere]).by_subject("principals")
    assert [(each.status, each.found) for each in other.values()] == [
        ("not checked", "is in account 210987654321")
    ]


def test_what_settings_name_and_no_stack_makes_must_exist(checked: Of) -> None:
    dev = checked("dev")
    kms = dev.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    gone = kms.create_key()["KeyMetadata"]["Arn"]
    kms.schedule_key_deletion(KeyId=gone.rpartition("/")[2])
    certificate = f"arn:aws:acm:{REGION}:123456789012:certificate/0a1b2c3d"
    texts = json.dumps([key, gone, certificate])
    found = dev.changed(
        ('"update_default_version": true', f'"key_name": "mine", "named": {texts}')
    ).by_subject("references")
    assert {each.subject: each.found for each in found.values()} == {
        f"KMS key {key}": "Enabled",
        f"KMS key {gone}": "PendingDeletion",
        f"certificate {certificate}": "does not exist",
        "key pair mine": "does not exist",
    }
    assert found[f"KMS key {gone}"].status == "error"


def test_the_command_prints_json_and_fails_on_an_error(
    empty_account: LocalAws,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "out"))
    empty_account.inject("iam", "ListPolicies", "AccessDenied", status=403, times=9)
    done = command(capfd, "check", str(EXAMPLES / "dev.yaml"), "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["environment"], found["account"]) == ("dev", "123456789012")
    assert found["counts"]["error"] > 0
    assert {
        "check": "IAM names",
        "status": "not checked",
        "subject": "IAM names",
        "found": "AccessDenied, needs iam:ListPolicies",
        "needed": "",
        "action": "Allow iam:ListPolicies, and check again.",
    } in found["findings"]


def test_people_get_a_table_and_what_to_do(checked: Of) -> None:
    dev = checked("dev")
    findings = dev.findings("identity", "principals", "zones")
    text = StringIO()
    print_findings(dev.environment, findings, Console(file=text, width=150))
    printed = text.getvalue()
    assert "Account 123456789012, eu-west-1, for dev" in printed
    assert re.search(r"^zones +ok +eu-west-1a +euw1-az3 ", printed, re.MULTILINE)
    assert f"error: {ADMIN}: there is no such role. Make the role, or name" in printed
    assert "1 error, 1 warning, 0 not checked, 3 ok. Nothing was changed in AWS." in printed
    assert exit_code(findings) == 1
    assert exit_code([each for each in findings if each.status != "error"]) == 0
