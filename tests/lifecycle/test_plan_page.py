"""Real Terraform plans an environment that it has applied: the page of plans, and drift (M7)."""

import json
from pathlib import Path
from typing import Any

import pytest

from runner.plan_page.command import Options, drift_page, plan_page
from runner.stages import Run
from support.lifecycle import Lifecycle
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws

REGION = "eu-west-1"
ANYWHERE = "0.0.0.0/0"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


class Pages:
    """The pages of an environment, as JSON."""

    def __init__(self, life: Lifecycle, file: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._life, self._file, self._capture = life, file, capture

    def plan(self, stack: str | None = None, *, no_deletes: bool = False) -> tuple[int, Any]:
        """The exit code of a plan, and what its page says of each stack."""
        run = Run(self._life.all_stacks, stack)
        self._capture.readouterr()
        code = plan_page(str(self._file), run, Options("json", no_deletes=no_deletes))
        return code, self._stacks()

    def drift(self, stack: str) -> tuple[int, Any]:
        """The exit code of drift, and what its page says of the stack."""
        self._capture.readouterr()
        code = drift_page(Run(self._life.all_stacks, stack), Options("json"))
        return code, self._stacks()[f"dev-{stack}"]

    def _stacks(self) -> dict[str, Any]:
        printed = json.loads(self._capture.readouterr().out)
        return {each["name"]: each for each in printed["stacks"]}


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_the_page_says_what_terraform_does_and_what_others_did(
    aws: LocalAws,
    provider: SharedProvider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    file = runnable("dev", tmp_path, network={"nat": "per_az"})
    life = Lifecycle(aws, provider, file, tmp_path / "cdktf.out", monkeypatch)
    pages = Pages(life, file, capfd)
    life.bootstrap()

    # A new environment: what cannot be planned yet is there, too.
    code, stacks = pages.plan(no_deletes=True)
    assert code == 0
    assert stacks["dev-network"]["status"] == "planned"
    assert stacks["dev-network"]["counts"]["create"] > 40
    assert stacks["dev-edge"]["status"] == "from the JSON, not planned"
    assert stacks["dev-platform"]["counts"]["create"] > 40

    life.apply(life.stack("network"))
    life.apply(life.stack("edge"))
    for name in ("network", "edge"):
        code, stack = pages.drift(name)
        assert (code, stack["outside"]) == (0, []), name

    _replaces_and_destroys(life, pages, tmp_path)
    _finds_what_others_did(aws, pages)


def _replaces_and_destroys(life: Lifecycle, pages: Pages, folder: Path) -> None:
    file = runnable(
        "dev",
        folder,
        network={
            "nat": "single",
            "private_subnets": {"cidrs": {"b": "10.1.200.0/24"}},
            "flow_logs": {"retention_days": 30},
        },
    )
    life.configure(file)
    code, stacks = pages.plan("network", no_deletes=True)
    assert code == 3
    network = stacks["dev-network"]
    found = {each["address"]: each for each in network["changes"]}
    assert found["aws_nat_gateway.nat_b"]["action"] == "destroy"
    assert f"{file}:1 network.nat" in found["aws_nat_gateway.nat_b"]["settings"]
    subnet = found["aws_subnet.private_b"]
    assert subnet["action"] == "replace"
    [cidr] = [each for each in subnet["attributes"] if each["forces_replacement"]]
    assert (cidr["path"], cidr["after"]) == ("cidr_block", '"10.1.200.0/24"')
    assert cidr["settings"][0] == f"{file}:1 network.private_subnets.cidrs.b"
    [associated] = [
        each
        for each in found["aws_route_table_association.private_b_association"]["attributes"]
        if each["forces_replacement"]
    ]
    assert associated["because"] == ["aws_subnet.private_b"]
    assert found["aws_cloudwatch_log_group.flow_logs_group"]["action"] == "update"
    assert {each["action"] for each in network["changes"][:3]} <= {"destroy", "replace"}


def _finds_what_others_did(aws: LocalAws, pages: Pages) -> None:
    ec2, iam, logs = (aws.client(name, REGION) for name in ("ec2", "iam", "logs"))
    [vpc] = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.1.0.0/16"]}])["Vpcs"]
    ec2.create_tags(Resources=[vpc["VpcId"]], Tags=[{"Key": "owner", "Value": "by-hand"}])
    groups = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
    [group] = [each for each in groups if "flow" in each]
    logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    [role] = [each["RoleName"] for each in iam.list_roles()["Roles"] if "flow" in each["RoleName"]]
    iam.attach_role_policy(RoleName=role, PolicyArn=READ_ONLY)
    code, network = pages.drift("network")
    assert code == 2
    assert _attributes(network) == {
        "aws_cloudwatch_log_group.flow_logs_group": [("retention_in_days", "365", "7")],
        "aws_iam_role.flow_logs_role": [("managed_policy_arns", "(none)", f'"{READ_ONLY}"')],
        "aws_vpc.vpc": [("tags.owner", "(none)", '"by-hand"')],
    }
    [front] = aws.client("elbv2", REGION).describe_load_balancers()["LoadBalancers"]
    [group] = front["SecurityGroups"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": ANYWHERE}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    code, edge = pages.drift("edge")
    assert code == 2
    assert _attributes(edge) == {
        "aws_security_group.load_balancer_security_group": [
            ("ingress", "(none)", f"tcp 22, {ANYWHERE}")
        ]
    }


def _attributes(stack: dict[str, Any]) -> dict[str, list[tuple[str, str, str]]]:
    return {
        change["address"]: [(each["path"], each["before"], each["after"]) for each in attributes]
        for change in stack["outside"]
        for attributes in [change["attributes"]]
    }
