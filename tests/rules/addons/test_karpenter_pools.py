"""Pools that can make no node, or none for most pods, are refused at synth."""

from typing import Any

import pytest

from config.problem import Path
from support.environments import environment, refused, warned

POOLS: Path = ("platform", "karpenter", "node_pools")


def karpenter(**settings: Any) -> dict[str, Any]:
    return {"platform": {"karpenter": settings}}


def pool(**settings: Any) -> dict[str, Any]:
    return karpenter(node_pools={"own": settings})


@pytest.mark.parametrize(
    ("settings", "place", "message"),
    [
        ({"instance_types": ["m7g.large"]}, ("instance_types", 0), "is arm64"),
        ({"instance_types": ["m7i.large", "m7i.nano"]}, ("instance_types", 1), "is a size that"),
        ({"instance_types": ["m7i.large"] * 2}, ("instance_types", 1), "is a duplicate"),
        ({"instance_families": ["g5"]}, ("instance_families", 0), "is of category g"),
        ({"instance_families": ["m4"]}, ("instance_families", 0), "is of generation 4"),
        ({"instance_families": ["m7g"]}, ("instance_families", 0), "is arm64"),
        ({"instance_categories": ["g"], "instance_sizes": ["nano"]}, (), "can never make a node"),
        (
            {"requirements": [{"key": "karpenter.k8s.aws/instance-cpu", "operator": "Lt",
                               "values": ["2"]}]},
            (),
            "can never make a node",
        ),
        ({"limits": {"cpu": "1"}}, ("limits", "cpu"), "no room for a single node"),
        ({"limits": {"memory": "1Gi"}}, ("limits", "memory"), "no room for a single node"),
        (
            {"budgets": [{"nodes": "0", "schedule": "0 25 * * *", "duration": "1h"}]},
            ("budgets", 0, "schedule"),
            "impossible hour 25",
        ),
        (
            {"budgets": [{"nodes": "0", "schedule": "30 10 * * 1-7", "duration": "1h"}]},
            ("budgets", 0, "schedule"),
            "impossible day of the week",
        ),
        (
            {"budgets": [{"nodes": "0", "schedule": "a b c d e", "duration": "1h"}]},
            ("budgets", 0, "schedule"),
            "impossible minute a",
        ),
        (
            {"budgets": [{"nodes": "0", "schedule": "0 0 31 2 *", "duration": "1h"}]},
            ("budgets", 0, "schedule"),
            "is never due",
        ),
        (
            {"budgets": [{"nodes": "0", "schedule": "@daily", "duration": "0m"}]},
            ("budgets", 0, "duration"),
            "is no time",
        ),
        ({"expire_after": "0s"}, ("expire_after",), "as soon as it is there"),
    ],
)  # fmt: skip
def test_a_pool_that_makes_no_node_or_too_many_is_refused(
    settings: dict[str, Any], place: Path, message: str
) -> None:
    [(path, found)] = refused(**pool(**settings)).items()
    assert path == (*POOLS, "own", *place)
    assert message in found


@pytest.mark.parametrize(
    "settings",
    [
        {"instance_categories": ["g", "m"], "instance_families": ["g5", "m7i"]},
        {"architectures": ["arm64"], "instance_types": ["m7g.large", "m99g.large"]},
        {"instance_families": ["m99"]},
        {"instance_families": ["m4"], "instance_generation_above": None},
        {"limits": {"cpu": "2", "memory": "4Gi"}},
        {"expire_after": "Never"},
        {"budgets": [{"nodes": "0", "schedule": "0 9 * * mon-fri", "duration": "8h"}]},
    ],
)
def test_other_pools_are_accepted(settings: dict[str, Any]) -> None:
    assert refused(**pool(**settings)) == {}


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"instance_families": ["mm7"]}, ("instance_families", 0)),
        ({"instance_categories": ["m", "gpu"]}, ("instance_categories", 1)),
        ({"instance_types": ["m99x.large"]}, ("instance_types", 0)),
        ({"expire_after": "10m"}, ("expire_after",)),
        ({"termination_grace_period": "0s"}, ("termination_grace_period",)),
        ({"budgets": [{"nodes": "0"}]}, ("budgets", 0, "nodes")),
    ],
)
def test_what_is_unknown_or_unwise_is_warned_of(settings: dict[str, Any], place: Path) -> None:
    assert set(warned(**pool(**settings))) == {(*POOLS, "own", *place)}


def test_a_pool_of_ones_own_does_not_remove_the_default_pool() -> None:
    made = environment(**pool(weight=10)).platform.karpenter
    assert set(made.pools) == {"default", "own"}
    assert set(made.classes) == {"default"}
    assert set(environment(**karpenter(default_node_pool=False)).platform.karpenter.pools) == set()


@pytest.mark.parametrize(
    "settings",
    [
        {"default_node_pool": False},
        {"default_node_pool": False, "node_pools": {"gpu": {"taints": [{"key": "gpu"}]}}},
        {"node_pools": {"default": {"taints": [{"key": "gpu"}]}}},
    ],
)
def test_pods_without_tolerations_need_a_pool_without_taints(settings: dict[str, Any]) -> None:
    for each in settings.get("node_pools", {}).values():
        each["taints"][0]["effect"] = "NoSchedule"
    found = refused(**karpenter(**settings))
    assert "leave no node for pods without tolerations" in found[POOLS]
    group = {"node_groups": {"apps": {}}}
    assert POOLS not in refused(**karpenter(**settings), cluster=group)


def test_the_default_pool_is_left_out_or_configured() -> None:
    found = refused(**karpenter(default_node_pool=False, node_pools={"default": {}}))
    assert list(found) == [("platform", "karpenter", "default_node_pool")]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"volume_throughput": 1000}, "volume_throughput"),
        ({"volume_iops": 16000, "volume_gib": 20}, "volume_iops"),
    ],
)
def test_a_volume_that_ec2_cannot_make_is_refused(settings: dict[str, Any], key: str) -> None:
    found = refused(**karpenter(node_classes={"own": settings}))
    assert list(found) == [("platform", "karpenter", "node_classes", "own", key)]
    right = {"volume_gib": 32, "volume_iops": 16000, "volume_throughput": 1000}
    assert refused(**karpenter(node_classes={"own": right})) == {}


def test_a_type_with_fewer_addresses_than_pods_is_warned_of() -> None:
    types = {"architectures": ["arm64"], "instance_types": ["m7g.large", "m7g.medium"]}
    message = warned(**pool(**types, limits={"cpu": "100"}))[*POOLS, "own"]
    assert "choose m7g.medium, which has addresses for 2 pods" in message
    assert "max_pods of node class default is 110" in message
    small = {"node_classes": {"small": {"max_pods": 98}}}
    own = {"instance_types": ["t3.small", "m7i.large"], "limits": {"cpu": "100"}}
    pools = {"own": {**own, "node_class": "small"}}
    assert warned(**karpenter(**small, node_pools=pools)) == {}
