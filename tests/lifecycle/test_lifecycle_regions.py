"""Real Terraform takes the names and load balancers of a platform from one region to two and back.

Networks are made without Terraform, and there are no clusters.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.derived import names
from config.environment import Environment
from runner.manifest import STATE, read_manifest
from runner.regions.steps import reversed_steps, steps
from runner.side_by_side.steps import carry_out
from runner.stages import Run, apply, plan
from support.aws_commands import Shell, lines, section
from support.commands import lead_commands_to
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
        carry_out("apply", self._steps())
        assert carry_out("plan", self._steps("-detailed-exitcode")) == 0
        assert self._aws.failures() == []

    def destroy(self, environment: str | None = None) -> None:
        """Destroys an environment, or all of them, but for the state stacks."""
        stacks = [each for each in self.stacks if environment in {None, each.environment}]
        carry_out("destroy", reversed_steps(Run(stacks, approve=True, without_kubernetes=True)))

    def lose_front_door(self, capfd: pytest.CaptureFixture[str]) -> list[str]:
        """The drill of docs/drills.md; gives the names of the rules that the plan makes anew."""
        shell = Shell(self._aws)
        for line in lines(section("drills.md", "The load balancer is dead")):
            if not line.startswith("make "):
                shell.run(line)
        [[edge]] = steps(Run(self.stacks, f"{WEST}-edge", extra=("-no-color",), approve=True))
        capfd.readouterr()
        plan(edge)
        printed = capfd.readouterr().out
        planned = re.findall(r"# (\S+) will be created", printed)
        assert f"Plan: {len(planned)} to add, 0 to change, 0 to destroy." in printed
        apply(edge)
        return [each.removeprefix("aws_vpc_security_group_ingress_rule.") for each in planned]

    def plan_without_state_of_the_other(self) -> None:
        """Central is planned without changes while the state bucket of the west does not exist."""
        s3, bucket = self._aws.client("s3", "eu-west-1"), f"{WEST}-tfstate-{self._aws.account}"
        [bucket] = [
            each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"].startswith(bucket)
        ]
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
        kept = {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
        for key in keys:
            s3.delete_object(Bucket=bucket, Key=key)
        s3.delete_bucket(Bucket=bucket)
        central = [each for each in self.stacks if each.environment == CENTRAL]
        for stack in central:
            if stack.short_name != STATE:
                assert plan(Run(central, stack.short_name, extra=("-detailed-exitcode",))) == 0
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        for key, body in kept.items():
            s3.put_object(Bucket=bucket, Key=key, Body=body)

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

    def endpoint_regions(self) -> list[str]:
        """The regions that the accelerator leads requests to."""
        api = self._aws.client("globalaccelerator", "us-west-2")
        [one] = api.list_accelerators()["Accelerators"]
        [listener] = api.list_listeners(AcceleratorArn=one["AcceleratorArn"])["Listeners"]
        groups = api.list_endpoint_groups(ListenerArn=listener["ListenerArn"])["EndpointGroups"]
        assert all(each["EndpointDescriptions"][0]["Weight"] for each in groups)
        return sorted(each["EndpointGroupRegion"] for each in groups)

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

    def _steps(self, *extra: str) -> list[list[Run]]:
        """The steps without the state stacks, which are not made here."""
        found: list[list[Run]] = []
        for step in steps(Run(self.stacks, extra=extra, approve=True)):
            parts = [
                (run, [each for each in run.part or run.stacks if each.short_name != STATE])
                for run in step
            ]
            found.append([replace(run, part=part) for run, part in parts if part])
        return found


@pytest.fixture
def two_regions(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Platform:
    lead_commands_to(aws, provider, tmp_path / "cdktf.out", monkeypatch)
    return Platform(aws, tmp_path)


def assert_always_led_somewhere(
    two_regions: Platform, capfd: pytest.CaptureFixture[str], made: str, deleted: str
) -> None:
    """Applies a policy: its way exists before names lead to it, the old way until after."""
    capfd.readouterr()
    two_regions.apply()
    printed = capfd.readouterr().out
    changed = "aws_route53_record.alias_shop_example_com: Modifications complete"
    moments = [printed.index(line) for line in (made, changed, deleted)]
    assert moments == sorted(moments)


def test_from_one_region_to_two_with_other_policies_and_back_to_nothing(
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

    rules = set(two_regions.lose_front_door(capfd))
    assert {each.rpartition("_")[2] for each in rules} == {"http", "https"}
    two_regions.plan_without_state_of_the_other()

    two_regions.configure({}, policy="latency")
    assert_always_led_somewhere(
        two_regions,
        capfd,
        "aws_route53_record.latency_euw1: Creation complete",
        "aws_route53_record.failover_euw1: Destroying",
    )
    assert two_regions.records()[ZONE, ""] == f"{WEST}-latency.{ZONE}"

    two_regions.configure({}, policy="accelerator")
    assert_always_led_somewhere(
        two_regions,
        capfd,
        "aws_globalaccelerator_endpoint_group.endpoint_group_euw1: Creation complete",
        "aws_route53_record.latency_euw1: Destroying",
    )
    assert two_regions.records()[ZONE, ""].endswith(".awsglobalaccelerator.com")
    assert two_regions.endpoint_regions() == ["eu-central-1", "eu-west-1"]
    of_health_checks = alone - two_regions.made()
    services = {each.partition(":")[0] for each in of_health_checks}
    assert services == {"cloudwatch", "kms", "route53", "sns"}

    two_regions.configure(UNROUTED, policy="accelerator")
    two_regions.apply()
    assert two_regions.endpoint_regions() == ["eu-west-1"]
    two_regions.destroy(CENTRAL)
    assert {each for _, each in two_regions.records()} == {""}
    two_regions.configure(ONE, policy="accelerator")
    two_regions.apply()
    assert alone - two_regions.made() == of_health_checks

    two_regions.destroy()
    assert two_regions.made() == set()
