"""Insights of EKS into whether a cluster is ready for an upgrade."""

from collections.abc import Callable
from typing import Any

import pytest

READINESS = {"categories": ["UPGRADE_READINESS"]}


def statuses(eks: Any, name: str) -> dict[str, str]:
    found = eks.list_insights(clusterName=name, filter=READINESS)["insights"]
    return {each["name"]: each["insightStatus"]["status"] for each in found}


def test_a_cluster_whose_nodes_follow_is_ready(
    eks: Any, make_cluster: Callable[..., str], make_nodegroup: Callable[..., Any]
) -> None:
    name = make_cluster(version="1.34")
    make_nodegroup(name)
    found = statuses(eks, name)
    assert len(found) >= 2
    assert set(found.values()) == {"PASSING"}


def test_nodes_that_would_be_four_minors_behind_are_an_error(
    eks: Any, make_cluster: Callable[..., str], make_nodegroup: Callable[..., Any]
) -> None:
    name = make_cluster(version="1.33")
    group = make_nodegroup(name)
    for minor in ("1.34", "1.35", "1.36"):
        eks.update_cluster_version(name=name, version=minor)
    assert statuses(eks, name)["Kubelet version skew"] == "ERROR"
    [insight] = [
        each
        for each in eks.list_insights(clusterName=name)["insights"]
        if each["insightStatus"]["status"] == "ERROR"
    ]
    details = eks.describe_insight(clusterName=name, id=insight["id"])["insight"]
    assert [each["arn"].rsplit("/", 1)[1] for each in details["resources"]] == [
        group["nodegroupName"]
    ]
    assert details["kubernetesVersion"] == "1.37"


def test_an_unknown_insight_is_not_found(eks: Any, make_cluster: Callable[..., str]) -> None:
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_insight(clusterName=make_cluster(), id="b" * 36)
