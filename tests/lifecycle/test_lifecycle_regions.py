"""Real Terraform takes the names and load balancers of a platform from one region to two and back.

Networks are made without Terraform, and there are no clusters.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.derived import names
from config.environment import Environment
from runner.manifest import STATE, read_manifest
from runner.regions import reversed_runs, runs
from runner.stages import Run, apply, destroy, plan
from support.output import synthesized_output
from support.premade import make_states
from support.provider import SharedProvider, runnable_settings
from support.regions import CENTRAL, WEST, platform
from support.state_objects import state_text
from tools.emulator import LocalAws

ZONE = "shop.example.com"
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")
SHARED = ("state", "names", "edge", "routing")

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]

ONE: dict[str, Any] = {"regions": {"eu-central-1": None}, "replication": None}
UNROUTED: dict[str, Any] = {"regions": {"eu-central-1": {"routed": False}}}


class Platform:
    """The example's stacks that this is about, in the emulated account."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self._aws, self._folder = aws, folder
        made = aws.client("route53").create_hosted_zone(Name=ZONE, CallerReference="test")
        self.zone: str = made["HostedZone"]["Id"].rpartition("/")[2]
        for environment in self.configure({}):
            self._make_network(environment)
        self._before = set(aws.inventory(REGIONS))

    def configure(self, settings: dict[str, Any], policy: str = "failover") -> list[Environment]:
        """Synthesizes a variant."""
        environments = platform(
            self._folder,
            **runnable_settings(),
            **settings,
            fleet=None,
            edge={"hosted_zone": {"id": self.zone, "name": ZONE}, "deletion_protection": False},
            routing={"policy": policy, "state_region": "eu-west-1"},
        )
        synthesized_output(self._folder / "cdktf.out", *environments)
        stacks = read_manifest(self._folder / "cdktf.out")
        known = {each.name for each in environments}
        self.stacks = [
            stack for stack in stacks if stack.short_name in SHARED and stack.environment in known
        ]
        return environments

    def apply(self) -> None:
        """Applies everything in one pass, after which every plan is empty."""
        for run in self._parts():
            apply(run)
        assert {plan(run) for run in self._parts("-detailed-exitcode")} == {0}
        assert self._aws.failures() == []

    def destroy(self, environment: str | None = None) -> None:
        """Destroys an environment, or all of them, but for the state stacks."""
        stacks = [each for each in self.stacks if environment in {None, each.environment}]
        for part in reversed_runs(Run(stacks, approve=True, without_kubernetes=True)):
            destroy(part)

    def made(self) -> set[str]:
        """What Terraform has made and not deleted."""
        return set(self._aws.inventory(REGIONS)) - self._before

    def records(self) -> dict[tuple[str, str], str]:
        """The A records: where they lead, by name and set identifier."""
        listed = self._aws.client("route53").list_resource_record_sets(HostedZoneId=self.zone)
        return {
            (each["Name"].replace("\\052", "*").rstrip("."), each.get("SetIdentifier", "")): each[
                "AliasTarget"
            ]["DNSName"].rstrip(".")
            for each in listed["ResourceRecordSets"]
            if each["Type"] == "A"
        }

    def _make_network(self, environment: Environment) -> None:
        region = environment.region
        ec2 = self._aws.client("ec2", region)
        vpc = ec2.create_vpc(CidrBlock=str(environment.network.cidr))["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        outputs = {"network.vpc_id": vpc}
        prefix = ".".join(str(environment.network.cidr).split(".")[:2])
        for number, zone in enumerate(environment.network.availability_zones):
            outputs[f"network.public_subnet_ids.{zone}"] = ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"{prefix}.{number}.0/24", AvailabilityZone=f"{region}{zone}"
            )["Subnet"]["SubnetId"]
        text = next(each for each in self.stacks if each.name == f"{environment.name}-edge")
        network = re.findall(
            r"data\.terraform_remote_state\.network\.outputs\.[\w.]+",
            (text.directory / "cdk.tf.json").read_text(),
        )
        make_states(self._aws, environment, " ".join(network), outputs)
        self._aws.client("s3", region).put_object(
            Bucket=names.state_bucket(environment),
            Key=names.state_object_key(environment, STATE),
            Body=state_text().encode(),
        )

    def _parts(self, *extra: str) -> Iterator[Run]:
        """The runs without the state stacks, which are not made here."""
        for run in runs(Run(self.stacks, extra=extra, approve=True)):
            if part := [each for each in run.part or run.stacks if each.short_name != STATE]:
                yield replace(run, part=part)


@pytest.fixture
def two_regions(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Platform:
    reached = aws.process_environment(os.environ) | provider.variables()
    reached["CDKTF_OUTDIR"] = str(tmp_path / "cdktf.out")
    for name in os.environ.keys() - reached.keys():
        monkeypatch.delenv(name)
    for name, value in reached.items():
        monkeypatch.setenv(name, value)
    return Platform(aws, tmp_path)


def test_from_one_region_to_two_with_another_policy_and_back_to_nothing(
    two_regions: Platform, capfd: pytest.CaptureFixture[str]
) -> None:
    two_regions.configure(ONE)
    two_regions.apply()
    alone, records = two_regions.made(), two_regions.records()
    routed = f"{WEST}-failover.{ZONE}"
    assert records[ZONE, ""] == records[f"*.{ZONE}", ""] == routed
    assert {each for name, each in records if name == routed} == {"euw1"}

    two_regions.configure({})
    two_regions.apply()
    # A second region replaces nothing of the first.
    assert alone - two_regions.made() == set()
    after = two_regions.records()
    assert {key: after[key] for key in records} == records
    assert {each for name, each in after if name == routed} == {"euw1", "euc1"}

    capfd.readouterr()
    two_regions.configure({}, policy="latency")
    two_regions.apply()
    printed = capfd.readouterr().out
    moments = [
        printed.index(line)
        for line in (
            "aws_route53_record.latency_euw1: Creation complete",
            "aws_route53_record.alias_shop_example_com: Modifications complete",
            "aws_route53_record.failover_euw1: Destroying",
        )
    ]
    # The platform's names always lead somewhere.
    assert moments == sorted(moments)
    assert two_regions.records()[ZONE, ""] == f"{WEST}-latency.{ZONE}"

    two_regions.configure(UNROUTED, policy="latency")
    two_regions.apply()
    two_regions.destroy(CENTRAL)
    assert {each for _, each in two_regions.records()} == {"", "euw1"}
    two_regions.configure(ONE, policy="latency")
    two_regions.apply()
    kept = {each for each in alone if "route53" not in each}
    assert kept - two_regions.made() == set()

    two_regions.destroy()
    assert two_regions.made() == set()
