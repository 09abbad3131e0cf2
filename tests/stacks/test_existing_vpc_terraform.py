"""Real Terraform checks a VPC that others made at each plan (L1)."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rules.load import load
from runner.binary import binary
from runner.terraform import terraform_environment
from support.environments import example
from support.existing_vpc import make_vpc
from support.output import synthesized_output
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws

pytestmark = pytest.mark.terraform


def planned(
    aws: LocalAws, provider: SharedProvider, folder: Path, existing: dict[str, Any], **settings: Any
) -> subprocess.CompletedProcess[str]:
    """Plans the network stack without its backend."""
    file = runnable("existing-vpc", folder, network={"existing": existing}, **settings)
    stack = synthesized_output(folder / "cdktf.out", *load([file])).stack("existing-vpc-network")
    document = {**stack.json, "terraform": {**stack.json["terraform"], "backend": {"local": {}}}}
    (stack.path / "cdk.tf.json").write_text(json.dumps(document, indent=2))
    environ = terraform_environment(aws.process_environment(os.environ) | provider.variables())
    for arguments in (["init", "-input=false"], ["plan", "-input=false", "-no-color"]):
        done = subprocess.run(
            [binary(os.environ), *arguments],
            cwd=stack.path,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            break
    return done


def test_l1_a_plan_names_everything_in_the_vpc_that_is_not_as_written(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path
) -> None:
    team = make_vpc(aws, example("existing-vpc"))
    right = planned(aws, provider, tmp_path, team.settings)
    assert right.returncode == 0, right.stdout
    assert "0 to change, 0 to destroy" in right.stdout

    ec2 = aws.client("ec2", "eu-west-1")
    ec2.modify_vpc_attribute(VpcId=team.vpc_id, EnableDnsHostnames={"Value": False})
    ec2.delete_route(RouteTableId=team.private_table, DestinationCidrBlock="0.0.0.0/0")
    wrong = json.loads(json.dumps(team.settings))
    other = ec2.create_vpc(CidrBlock="10.41.0.0/16")["Vpc"]["VpcId"]
    elsewhere = ec2.create_subnet(
        VpcId=other, CidrBlock="10.41.0.0/28", AvailabilityZone="eu-west-1b"
    )["Subnet"]["SubnetId"]
    wrong["control_plane"]["b"]["id"] = elsewhere
    wrong["database"]["a"], wrong["database"]["b"] = wrong["database"]["b"], wrong["database"]["a"]
    wrong["pods"]["a"]["cidr"] = "100.66.0.0/19"
    wrong["cidrs"].append("10.42.0.0/16")
    text = " ".join(planned(aws, provider, tmp_path, wrong).stdout.replace("│", "").split())
    for expected in (
        f"DNS resolution or DNS host names are off in {team.vpc_id}.",
        f"{team.vpc_id} has no CIDR block 10.42.0.0/16. Correct network.existing.cidrs.",
        f"{elsewhere} is not in {team.vpc_id}. Correct network.existing.control_plane.b.id.",
        f"{team.subnet('database', 'b')} is not in eu-west-1a.",
        f"{team.subnet('pods', 'a')} has another CIDR block than 100.66.0.0/19.",
        f"{team.subnet('private', 'a')} has no default route to a NAT gateway",
    ):
        assert expected in text, text
    # A public subnet without a table of its own has the default route of the main table.
    assert f"{team.subnet('public', 'a')} has no default route" not in text


def test_l1_private_subnets_do_not_lead_to_an_internet_gateway(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path
) -> None:
    team = make_vpc(aws, example("existing-vpc"))
    settings = team.settings | {"internet_access": False, "private": team.settings["public"]}
    settings["public"] = team.settings["private"]
    platform = {"cert_manager": {"lets_encrypt": {"enabled": False}}}
    found = planned(aws, provider, tmp_path, settings, platform=platform)
    text = " ".join(found.stdout.replace("│", "").split())
    assert f"{team.subnet('public', 'a')} has a default route to an internet gateway" in text
    assert f"{team.subnet('private', 'a')} has no default route to an internet gateway" in text
