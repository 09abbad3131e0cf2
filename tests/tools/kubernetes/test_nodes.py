"""Simulated nodes are like those that the environment makes."""

from collections import Counter

from config.types.quantity import quantity
from modules.capacity.report import capacity_report
from support.environments import environment, example
from tools.kubernetes.nodes import nodes_of, zone_of

SYSTEM = "node-group"


def test_system_nodes_are_spread_over_the_zones_and_tainted() -> None:
    nodes = [each for each in nodes_of(example("prod")) if SYSTEM in each["metadata"]["labels"]]
    zones = Counter(zone_of(node) for node in nodes)
    assert zones == {"eu-west-1a": 1, "eu-west-1b": 1, "eu-west-1c": 1}
    (taint,) = nodes[0]["spec"]["taints"]
    assert taint == {"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}


def test_a_system_node_offers_what_capacity_counts_on() -> None:
    made = example("prod")
    offered = capacity_report(made).node
    assert offered is not None
    node = next(each for each in nodes_of(made) if SYSTEM in each["metadata"]["labels"])
    allocatable = node["status"]["allocatable"]
    assert quantity(allocatable["cpu"]) == offered.cpu
    assert int(allocatable["memory"]) == int(offered.memory)


def test_a_karpenter_pool_has_nodes_in_its_zones_with_its_labels_and_taints() -> None:
    taint = {"key": "gpu", "effect": "NoSchedule"}
    pool = {"zones": ["b"], "labels": {"kind": "fast"}, "taints": [taint]}
    made = environment(platform={"karpenter": {"node_pools": {"fast": pool}}})
    (node,) = (
        each
        for each in nodes_of(made)
        if each["metadata"]["labels"].get("karpenter.sh/nodepool") == "fast"
    )
    assert zone_of(node) == "eu-west-1b"
    assert node["metadata"]["labels"]["kind"] == "fast"
    assert node["spec"]["taints"] == [{**taint, "value": ""}]


def test_a_further_node_group_is_in_its_own_zones() -> None:
    group = {"zones": ["c"], "desired_size": 2, "labels": {"kind": "batch"}}
    made = environment(cluster={"node_groups": {"batch": group}})
    nodes = [each for each in nodes_of(made) if each["metadata"]["labels"].get(SYSTEM) == "batch"]
    assert [zone_of(node) for node in nodes] == ["eu-west-1c", "eu-west-1c"]


def test_without_karpenter_there_are_only_node_groups() -> None:
    made = environment(
        cluster={"autoscaler": "none", "node_groups": {"workloads": {"desired_size": 1}}}
    )
    assert all(SYSTEM in node["metadata"]["labels"] for node in nodes_of(made))
