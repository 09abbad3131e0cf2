"""Limits that allow more nodes or pods than there are addresses for are warned of."""

from typing import Any

import pytest

from config.problem import Path
from modules.capacity.addresses import AddressReport, address_report
from rules.load import EXAMPLES, load_with_warnings
from support.environments import environment, example, warned

POOL: Path = ("platform", "karpenter", "node_pools", "default")


def of(**settings: Any) -> AddressReport:
    return address_report(environment(**settings))


def pools(**limits: str) -> dict[str, Any]:
    return {"karpenter": {"node_pools": {"default": {"limits": limits}}}}


def pod_subnets(length: int) -> dict[str, Any]:
    return {"pods": {"prefix_length": length}}


def test_the_examples_have_addresses_for_all_that_their_limits_allow() -> None:
    for loaded in load_with_warnings([EXAMPLES]):
        report = address_report(loaded.environment)
        assert report.fits, loaded.environment.name
        assert "addresses for" not in str([each.problem.message for each in loaded.warnings])


def test_a_node_holds_a_prefix_for_each_16_pods_and_one_for_the_next() -> None:
    report = address_report(example("prod"))
    system, default = report.counts
    assert (system.nodes, system.prefixes_each, system.prefixes) == (6, 8, 48)
    # 1000 CPUs in nodes of 8.
    assert (default.nodes, default.prefixes) == (125, 1000)
    few = of(cluster={"system_nodes": {"max_pods": 32}}).counts[0]
    assert few.prefixes_each == 3


def test_pools_are_counted_in_their_own_sizes_and_by_the_tighter_limit() -> None:
    large = {"instance_sizes": ["4xlarge", "8xlarge"], "limits": {"cpu": "160"}}
    small = {"instance_types": ["m7i.large"], "limits": {"cpu": "160", "memory": "80Gi"}}
    counts = of(platform={"karpenter": {"node_pools": {"default": large, "small": small}}}).counts
    assert {count.name: (count.vcpus, count.nodes) for count in counts[1:]} == {
        "default": (16, 10),
        "small": (2, 10),
    }


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"network": pod_subnets(22)}, "1000 /28 prefixes, and the pod subnets have 141"),
        (
            {"network": {"pods": {"prefix_length": 22, "prefix_reservation": "none"}}},
            "1000 /28 prefixes, and the pod subnets have 186",
        ),
        (
            {
                "network": {"private_subnets": {"prefix_length": 21}},
                "platform": pools(cpu="4000", memory="9000Gi"),
            },
            "4000 /28 prefixes, and the pod subnets have 2301",
        ),
    ],
)
def test_limits_for_more_pods_than_addresses_are_warned_of(
    settings: dict[str, Any], words: str
) -> None:
    message = warned(**settings)[POOL]
    assert message.startswith("allows more pods than there are addresses for: ")
    assert words in message


def test_small_private_subnets_limit_the_nodes() -> None:
    network = {"private_subnets": {"prefix_length": 26}}
    message = warned(network=network)[POOL]
    assert "125 nodes of default with 8 CPUs and 110 pods each hold 250 addresses" in message
    # 59 addresses in each zone, less 8 for load balancers and one for the file system.
    assert "the private subnets have 150 besides" in message
    limits = {"platform": pools(cpu="400")}
    assert POOL not in warned(network=network, **limits)


def test_pools_are_compared_with_their_zones_and_all_together() -> None:
    one_zone = {"zones": ["a"], "limits": {"cpu": "800"}}
    karpenter = {"node_pools": {"default": one_zone}}
    assert "the pod subnets have 767" in warned(platform={"karpenter": karpenter})[POOL]

    limits = {"limits": {"cpu": "800"}}
    several = {"node_pools": {"more": limits, "most": limits}}
    found = warned(platform={"karpenter": several})
    assert found[POOL[:-1]].startswith("allow more pods than there are addresses for")
    assert "100 nodes of more with 8 CPUs and 110 pods each" in found[POOL[:-1]]


def test_groups_count_without_karpenter() -> None:
    group = {"max_size": 450}
    cluster = {"autoscaler": "cluster_autoscaler", "node_groups": {"batch": group}}
    path = ("cluster", "node_groups", "batch")
    assert "450 nodes of batch and 110 pods each hold" in warned(cluster=cluster)[path]


def test_types_that_the_table_does_not_have_are_not_counted() -> None:
    unknown = {"default": {"instance_types": ["m99z.large"]}}
    assert len(of(platform={"karpenter": {"node_pools": unknown}}).counts) == 1


def team(pods: int, **namespace: Any) -> dict[str, Any]:
    return {"shop": {"namespaces": {"shop": {"quota": {"pods": pods}, **namespace}}}}


def test_pods_with_security_groups_have_addresses_of_private_subnets() -> None:
    groups = {"orders": {"groups": ["sg-0f1e2d3c4b5a69788"]}}
    plain, own = of(teams=team(400)), of(teams=team(400, security_groups=groups))
    assert (plain.pods_with_groups, own.pods_with_groups) == (0, 400)
    assert own.held_addresses == plain.held_addresses + 400

    path = ("teams", "shop", "namespaces", "shop", "security_groups")
    assert path not in warned(teams=team(400, security_groups=groups))
    message = warned(teams=team(600, security_groups=groups))[path]
    assert message.startswith("have more pods and nodes than there are addresses for: up to 600 ")
    assert "the private subnets have 726 besides" in message
