"""Real Terraform makes a network with endpoints beside the gateways, and takes it away."""

import json
from pathlib import Path

import pytest

import emulator
from support.environments import MINIMAL
from support.lifecycle import Commands

REGIONS = ("eu-west-1",)


@pytest.mark.terraform
def test_s3_and_dynamodb_have_both_kinds_of_endpoint(tmp_path: Path) -> None:
    settings = MINIMAL | {
        "name": "net",
        "network": {
            "availability_zones": ["a", "b"],
            "nat": "none",
            "interface_endpoints": "private_cluster",
            "additional_interface_endpoints": ["s3", "dynamodb"],
        },
    }
    file = tmp_path / "net.yaml"
    file.write_text(json.dumps(settings))
    with emulator.start() as aws:
        commands = Commands(aws, str(file), tmp_path / "cdktf.out")
        commands.check("bootstrap", "--yes")
        before = aws.inventory(REGIONS)
        commands.check("apply", "network", "--yes")
        assert "No changes." in commands.check("plan", "network", "--", "-no-color")
        endpoints = aws.client("ec2", "eu-west-1").describe_vpc_endpoints()["VpcEndpoints"]
        kinds = [e["VpcEndpointType"] for e in endpoints if e["ServiceName"].endswith(".s3")]
        assert sorted(kinds) == ["Gateway", "Interface"]
        assert aws.failures() == []
        commands.check("destroy", "network", "--yes")
        assert aws.inventory(REGIONS) == before
