"""Accepted settings of Elasticsearch. For refused ones see bad_input/elasticsearch.txt."""

from typing import Any

import pytest

from support.environments import refused

NO_KARPENTER = {"autoscaler": "cluster_autoscaler"}


def paths(**settings: Any) -> list[tuple[str | int, ...]]:
    return list(refused(**settings))


@pytest.mark.parametrize("nodes", [1, 3, 4])
def test_one_node_or_three_and_more_are_accepted(nodes: int) -> None:
    assert paths(platform={"elasticsearch": {"nodes": nodes}}) == []


def test_settings_of_a_disabled_elasticsearch_are_not_checked() -> None:
    platform = {
        "fluent_bit": {"destination": "cloudwatch"},
        "elasticsearch": {"nodes": 2, "enabled": False},
        "eck_operator": {"enabled": False},
    }
    assert paths(platform=platform) == []


def test_without_fluent_bit_elasticsearch_is_not_installed() -> None:
    assert paths(platform={"fluent_bit": {"enabled": False}, "elasticsearch": {"nodes": 2}}) == []


def test_tainted_machines_do_not_count() -> None:
    taint = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
    groups = {"workloads": {"max_size": 2}, "gpu": {"max_size": 9, "taints": [taint]}}
    found = paths(cluster={**NO_KARPENTER, "node_groups": groups})
    assert found == [("platform", "elasticsearch", "nodes")]
    groups["workloads"]["max_size"] = 3
    assert paths(cluster={**NO_KARPENTER, "node_groups": groups}) == []
