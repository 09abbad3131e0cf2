"""Failover by hand (K2): one call to the healthy region's load balancer, and back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.derived import names
from config.environment import Environment
from modules.edge.routing_rules import SWITCHED_OFF, SWITCHED_ON
from runner.errors import RunnerError
from runner.failover import failback, failover
from runner.manifest import Stack, read_manifest
from support.output import synthesized_output
from support.regions import CENTRAL, platform
from tools.emulator import LocalAws


class Balancer:
    """The load balancer of a region, as the edge stack makes it, and the state that says so."""

    def __init__(self, aws: LocalAws, environment: Environment) -> None:
        ec2, self.elb = (aws.client(each, environment.region) for each in ("ec2", "elbv2"))
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{environment.region}{z}"
            )["Subnet"]["SubnetId"]
            for n, z in enumerate("ab")
        ]
        made = self.elb.create_load_balancer(Name="edge", Subnets=subnets)["LoadBalancers"][0]
        self.group = self.elb.create_target_group(
            Name="http", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        forward = [{"Type": "forward", "TargetGroupArn": self.group}]
        listener = self.elb.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=forward,
        )["Listeners"][0]["ListenerArn"]
        response = {"StatusCode": SWITCHED_OFF, "ContentType": "text/plain"}
        self.rule = self.elb.create_rule(
            ListenerArn=listener,
            Priority=3,
            Conditions=[{"Field": "path-pattern", "Values": ["/routing-switch/x"]}],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": response}],
        )["Rules"][0]["RuleArn"]
        self._save(aws, environment)

    def register(self) -> None:
        """A pod of the ingress controller, which the emulator calls healthy."""
        self.elb.register_targets(TargetGroupArn=self.group, Targets=[{"Id": "10.0.0.10"}])

    @property
    def switch(self) -> str:
        [rule] = self.elb.describe_rules(RuleArns=[self.rule])["Rules"]
        return rule["Actions"][0]["FixedResponseConfig"]["StatusCode"]

    def _save(self, aws: LocalAws, environment: Environment) -> None:
        resources = {
            ("aws_lb_listener_rule", "routing_switch"): self.rule,
            ("aws_lb_target_group", "http_targets"): self.group,
        }
        state: dict[str, Any] = {
            "version": 4,
            "serial": 1,
            "lineage": "one",
            "outputs": {},
            "resources": [
                {
                    "mode": "managed",
                    "type": type_,
                    "name": name,
                    "instances": [{"attributes": {"arn": arn}}],
                }
                for (type_, name), arn in resources.items()
            ],
        }
        bucket = names.state_bucket(environment)
        s3 = aws.client("s3", environment.region)
        s3.create_bucket(
            Bucket=bucket,
            CreateBucketConfiguration={"LocationConstraint": environment.region},
        )
        key = names.state_object_key(environment, "edge")
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(state).encode())


@pytest.fixture
def stacks(tmp_path: Path, environments: list[Environment]) -> list[Stack]:
    synthesized_output(tmp_path / "cdktf.out", *environments)
    return read_manifest(tmp_path / "cdktf.out")


@pytest.fixture
def environments(tmp_path: Path) -> list[Environment]:
    return platform(tmp_path)


@pytest.fixture
def balancers(
    empty_account: LocalAws, environments: list[Environment]
) -> Iterator[dict[str, Balancer]]:
    yield {each.name: Balancer(empty_account, each) for each in environments}
    assert empty_account.failures() == []


def test_requests_are_led_to_the_standby_and_back(
    stacks: list[Stack], balancers: dict[str, Balancer]
) -> None:
    west, central = balancers.values()
    central.register()
    said: list[str] = []

    failover(stacks, "euc1", force=False, confirm=lambda _: True, say=said.append)

    # The switch of the west is in the central load balancer.
    assert (west.switch, central.switch) == (SWITCHED_OFF, SWITCHED_ON)
    assert said[0] == "Switch of euw1: status 404 -> 200, in eu-central-1"

    failback(stacks, confirm=lambda _: True, say=said.append)

    assert (west.switch, central.switch) == (SWITCHED_OFF, SWITCHED_OFF)


def test_nothing_changes_before_it_is_confirmed(
    stacks: list[Stack], balancers: dict[str, Balancer]
) -> None:
    west, central = balancers.values()
    west.register()
    failover(stacks, "eu-west-1", force=False, confirm=lambda _: False, say=lambda _: None)
    assert {west.switch, central.switch} == {SWITCHED_OFF}


def test_a_region_that_cannot_serve_gets_no_requests_unless_forced(
    stacks: list[Stack], balancers: dict[str, Balancer]
) -> None:
    _, central = balancers.values()
    said: list[str] = []
    with pytest.raises(RunnerError, match=f"{CENTRAL} cannot serve. Nothing was changed"):
        failover(stacks, CENTRAL, force=False, confirm=lambda _: True, say=said.append)
    assert said == [
        f"{CENTRAL}: no pod of the ingress controller is healthy behind its load balancer "
        "(none is registered)"
    ]
    assert central.switch == SWITCHED_OFF
    failover(stacks, CENTRAL, force=True, confirm=lambda _: True, say=said.append)
    assert central.switch == SWITCHED_ON
    with pytest.raises(RunnerError, match="two-regions-euw1 cannot serve"):
        failover(stacks, "euw1", force=False, confirm=lambda _: True, say=said.append)
    assert "two-regions-euw1: is turned off itself; `make failback` turns it on" in said


def test_an_unknown_region_is_named_with_those_that_there_are(stacks: list[Stack]) -> None:
    with pytest.raises(RunnerError, match=r"no region 'mars'\. The regions are euc1, euw1"):
        failover(stacks, "mars", force=False, confirm=lambda _: True, say=lambda _: None)
