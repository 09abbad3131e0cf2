"""Failover by hand (K2): one call to the healthy region's load balancer, and back."""

import re
from typing import Any

import boto3
import pytest
from botocore.config import Config

from modules.edge.routing_rules import SWITCHED_OFF, SWITCHED_ON
from runner.backend.location import Location
from runner.errors import RunnerError
from runner.failover.command import check_standby, failback, failover
from runner.manifest import Stack
from support.failover import Region
from support.regions import CENTRAL
from tools.emulator import LocalAws

READS = re.compile(r"[\w-]+:(Describe|Get|List)\w+|s3:(GET|HEAD) \w+")


def test_requests_are_led_to_the_standby_and_back(
    stacks: list[Stack], regions: dict[str, Region]
) -> None:
    west, central = regions.values()
    central.register()
    said: list[str] = []

    failover(stacks, "euc1", force=False, confirm=lambda _: True, say=said.append)

    # The switch of the west is in the central load balancer.
    assert (west.switch, central.switch) == (SWITCHED_OFF, SWITCHED_ON)
    assert "Switch of euw1: status 404 -> 200, in eu-central-1" in said

    failback(stacks, confirm=lambda _: True, say=said.append)

    assert (west.switch, central.switch) == (SWITCHED_OFF, SWITCHED_OFF)


def test_there_are_only_reads_before_the_confirmation(
    empty_account: LocalAws, stacks: list[Stack], regions: dict[str, Region]
) -> None:
    west, central = regions.values()
    west.register()
    made = set(empty_account.calls())
    failover(stacks, "eu-west-1", force=False, confirm=lambda _: False, say=lambda _: None)
    assert check_standby(stacks, "eu-west-1", json=False, say=lambda _: None)
    asked = sorted(set(empty_account.calls()) - made)
    assert "eks:DescribeNodegroup" in asked
    assert [call for call in asked if not READS.fullmatch(call)] == []
    assert {west.switch, central.switch} == {SWITCHED_OFF}


def test_a_region_that_cannot_serve_gets_no_requests_unless_forced(
    stacks: list[Stack], regions: dict[str, Region]
) -> None:
    _, central = regions.values()
    said: list[str] = []
    with pytest.raises(RunnerError, match=f"{CENTRAL} cannot serve. Nothing was changed"):
        failover(stacks, CENTRAL, force=False, confirm=lambda _: True, say=said.append)
    assert (
        f"{CENTRAL}: error: pods of the ingress controller: none is healthy behind the load "
        "balancer (none is registered). See the targets of the load balancer in EC2, and the pods "
        "of its controller." in said
    )
    assert central.switch == SWITCHED_OFF
    failover(stacks, CENTRAL, force=True, confirm=lambda _: True, say=said.append)
    assert central.switch == SWITCHED_ON
    with pytest.raises(RunnerError, match="two-regions-euw1 cannot serve"):
        failover(stacks, "euw1", force=False, confirm=lambda _: True, say=said.append)
    assert (
        "two-regions-euw1: error: switch of euw1: the region is turned off itself. `make failback` "
        "turns it on." in said
    )


def test_requests_are_led_away_from_a_region_whose_api_cannot_be_reached(
    stacks: list[Stack], regions: dict[str, Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, central = regions.values()
    central.register()
    reached = Location.client

    def client(location: Location, service: str, region: str | None = None) -> Any:
        if location.region != "eu-west-1":
            return reached(location, service, region)
        return boto3.client(  # pyright: ignore[reportCallIssue]
            service,  # pyright: ignore[reportArgumentType]
            region_name=location.region,
            endpoint_url="http://127.0.0.1:9",
            config=Config(retries={"total_max_attempts": 1}),
        )

    monkeypatch.setattr(Location, "client", client)
    said: list[str] = []
    failover(stacks, "euc1", force=False, confirm=lambda _: True, say=said.append)
    assert central.switch == SWITCHED_ON
    [warning] = [line for line in said if "warning" in line]
    assert warning.startswith("two-regions-euc1: warning: two-regions-euw1: its state cannot be")
    failback(stacks, confirm=lambda _: True, say=said.append)
    assert central.switch == SWITCHED_OFF


def test_an_unknown_region_is_named_with_those_that_there_are(stacks: list[Stack]) -> None:
    with pytest.raises(RunnerError, match=r"no region 'mars'\. The regions are euc1, euw1"):
        failover(stacks, "mars", force=False, confirm=lambda _: True, say=lambda _: None)
