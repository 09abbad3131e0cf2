"""Real Terraform takes an environment in a VPC of others from nothing to nothing (L1)."""

from pathlib import Path

import pytest

from support.environments import example
from support.existing_vpc import make_vpc
from support.lifecycle import Lifecycle
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_the_vpc_of_others_survives_the_destroy_of_all_stacks(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What there is afterwards is what there was, the VPC with its subnets and routes."""
    team = make_vpc(aws, example("existing-vpc"))
    ec2 = aws.client("ec2", "eu-west-1")
    chosen = [{"Name": "vpc-id", "Values": [team.vpc_id]}]
    described = [
        lambda: ec2.describe_subnets(Filters=chosen)["Subnets"],
        lambda: ec2.describe_route_tables(Filters=chosen)["RouteTables"],
        lambda: ec2.describe_vpcs(VpcIds=[team.vpc_id])["Vpcs"],
    ]
    before = [each() for each in described]
    settings = {**team.settings, "tag_subnets": True}
    cluster = {"efs": {"force_destroy": True}}
    file = runnable("existing-vpc", tmp_path, network={"existing": settings}, cluster=cluster)
    life = Lifecycle(aws, provider, file, tmp_path / "cdktf.out", monkeypatch)
    everything = aws.inventory(("eu-west-1",))
    life.bootstrap()
    life.apply()
    assert [stack.name for stack in life.applied if life.has_changes(stack)] == []
    life.destroy()
    life.bootstrap_destroy()
    assert aws.inventory(("eu-west-1",)) == everything
    assert aws.failures() == []
    assert [each() for each in described] == before
