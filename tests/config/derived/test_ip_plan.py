"""The IP plan (A2 to A4, A9, A11): reference addresses; zones that do not affect each other."""

from ipaddress import IPv4Network
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.derived import ip_plan
from config.sections.network import Network
from support.environments import environment, problems

ZONES = "abcdef"
SECONDARY = {"secondary_cidr": "100.64.0.0/16"}


def blocks(tier: ip_plan.Tier, **network: object) -> dict[str, str]:
    plan = ip_plan.plan(Network.model_validate(network))
    return {zone: str(subnet.cidr) for zone, subnet in plan.tier(tier).items()}


def test_default_blocks_are_those_of_the_reference_architecture() -> None:
    assert blocks("public") == {"a": "10.0.1.0/24", "b": "10.0.2.0/24", "c": "10.0.3.0/24"}
    assert blocks("private") == {"a": "10.0.11.0/24", "b": "10.0.12.0/24", "c": "10.0.13.0/24"}
    assert blocks("database") == {"a": "10.0.21.0/24", "b": "10.0.22.0/24", "c": "10.0.23.0/24"}


def test_larger_private_subnets_come_after_the_other_tiers() -> None:
    large = blocks("private", private_subnets={"prefix_length": 20})
    assert large == {"a": "10.0.32.0/20", "b": "10.0.48.0/20", "c": "10.0.64.0/20"}


def test_control_plane_subnets_are_28s_after_the_reference_blocks() -> None:
    assert blocks("control_plane") == {
        "a": "10.0.28.0/28",
        "b": "10.0.28.16/28",
        "c": "10.0.28.32/28",
    }
    assert blocks("control_plane", cidr="10.8.0.0/19", availability_zones=["a", "f"]) == {
        "a": "10.8.3.128/28",
        "f": "10.8.3.208/28",
    }


def test_pod_subnets_are_three_quarters_of_the_vpc() -> None:
    assert blocks("pods") == {"a": "10.0.64.0/18", "b": "10.0.128.0/18", "c": "10.0.192.0/18"}
    six = blocks("pods", availability_zones=list(ZONES), pods={"prefix_length": 19})
    assert (six["a"], six["f"]) == ("10.0.64.0/19", "10.0.224.0/19")


def test_pod_subnets_of_a_secondary_block_begin_with_it() -> None:
    pods = {"secondary_cidr": "100.64.0.0/16"}
    assert blocks("pods", pods=pods) == {
        "a": "100.64.0.0/18",
        "b": "100.64.64.0/18",
        "c": "100.64.128.0/18",
    }


def test_another_vpc_size_scales_the_blocks() -> None:
    assert blocks("private", cidr="10.8.0.0/18") == {
        "a": "10.8.2.192/26",
        "b": "10.8.3.0/26",
        "c": "10.8.3.64/26",
    }


def test_a_configured_block_replaces_only_that_block() -> None:
    mixed = blocks("database", database_subnets={"cidrs": {"b": "10.0.200.0/23"}})
    assert mixed == {"a": "10.0.21.0/24", "b": "10.0.200.0/23", "c": "10.0.23.0/24"}


@given(
    st.permutations(ZONES).flatmap(
        lambda zones: st.integers(2, 5).map(lambda count: (zones[:count], zones[count]))
    ),
    st.sampled_from([None, 19, 20, 21, 22, 24, 26]),
)
def test_adding_a_zone_changes_no_other(
    zones: tuple[list[str], str], prefix_length: int | None
) -> None:
    before, added = zones
    sized = {"private_subnets": {"prefix_length": prefix_length}, "pods": SECONDARY}
    for tier in ip_plan.TIERS:
        old = blocks(tier, availability_zones=before, **sized)
        new = blocks(tier, availability_zones=[added, *before], **sized)
        assert old.items() <= new.items()
        assert set(new) - set(old) == {added}


def test_the_order_of_zones_has_no_effect() -> None:
    plans = {
        ip_plan.plan(Network.model_validate({"availability_zones": list(order)}))
        for order in permutations("abc")
    }
    assert len(plans) == 1


@settings(deadline=None)
@given(
    st.integers(16, 19),
    st.integers(2, 6),
    st.sampled_from([None, 19, 20, 22, 24, 26]),
    st.sampled_from([{}, {"prefix_length": 19}, {"prefix_length": 22}, SECONDARY]),
)
def test_a_plan_without_problems_has_subnets_that_fit_and_never_overlap(
    vpc: int, count: int, prefix_length: int | None, pods: dict[str, Any]
) -> None:
    checked = environment(
        region="us-east-1",
        network={
            "cidr": f"10.0.0.0/{vpc}",
            "availability_zones": list(ZONES[:count]),
            "private_subnets": {"prefix_length": prefix_length},
            "pods": {**pods, "prefix_reservation": "none"},
        },
    )
    plan = ip_plan.plan(checked.network)
    subnets = [subnet.cidr for subnet in plan.subnets]
    fits = all(each.cidr.subnet_of(plan.parent(each.tier)) for each in plan.subnets)
    apart = not any(a.overlaps(b) for a, b in combinations(subnets, 2))
    assert (not problems(checked)) == (fits and apart)


@pytest.mark.parametrize(
    ("share", "reserved", "prefixes"),
    [
        ("none", (), 0),
        ("half", ("10.0.96.0/19",), 511),
        ("three_quarters", ("10.0.80.0/20", "10.0.96.0/19"), 767),
    ],
)
def test_reservations_count_only_prefixes_that_aws_can_assign(
    share: str, reserved: tuple[str, ...], prefixes: int
) -> None:
    network = Network.model_validate({"pods": {"prefix_reservation": share}})
    subnet = ip_plan.plan(network).tier("pods")["a"]
    assert subnet.reservations == tuple(IPv4Network(block) for block in reserved)
    assert (subnet.prefixes, subnet.pods) == (prefixes, prefixes * 16)
    assert subnet.usable_addresses == 16379


@pytest.mark.parametrize("pods", [{}, SECONDARY])
def test_free_blocks_and_subnets_make_up_the_vpc(pods: dict[str, Any]) -> None:
    plan = ip_plan.plan(Network.model_validate({"pods": pods}))
    taken = sum(subnet.cidr.num_addresses for subnet in plan.subnets)
    whole = sum(cidr.num_addresses for cidr in plan.cidrs)
    assert taken + sum(block.num_addresses for block in plan.free) == whole
    assert not any(f.overlaps(s.cidr) for f in plan.free for s in plan.subnets)
