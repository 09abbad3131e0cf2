"""The picture of the network follows the network stack."""

import json
from typing import Any

from cdktf import App
from cdktf import Testing as Synth

from diagrams.network import network_picture
from stacks.network import NetworkStack
from support.environments import environment


def drawn(**network: Any) -> list[str]:
    stack = NetworkStack(App(stack_traces=False), environment(network=network))
    picture = network_picture(json.loads(Synth.synth(stack)))
    return [line.strip() for line in picture.splitlines()]


def test_with_a_gateway_in_each_zone_each_zone_has_its_own_way_out() -> None:
    lines = drawn(availability_zones=["a", "b"])
    assert {line for line in lines if line.startswith("private_") and "-->" in line} == {
        "private_a --> nat_a",
        "private_b --> nat_b",
    }


def test_with_a_single_gateway_all_zones_leave_through_it() -> None:
    lines = drawn(availability_zones=["a", "b"], nat="single")
    assert {line for line in lines if line.startswith("private_") and "-->" in line} == {
        "private_a --> nat_a",
        "private_b --> nat_a",
    }
    assert sum('"NAT gateway"' in line for line in lines) == 1


def test_every_zone_that_there_is_has_a_frame_and_no_other() -> None:
    frames = [line for line in drawn(availability_zones=["a", "c"]) if "subgraph eu-" in line]
    assert frames == ['subgraph eu-west-1a["eu-west-1a"]', 'subgraph eu-west-1c["eu-west-1c"]']
