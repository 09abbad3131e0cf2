"""A cluster changes in place, and what EKS refuses is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import emulator
from support.live_cluster import LiveCluster

pytestmark = pytest.mark.terraform

BEFORE: dict[str, Any] = {"version": "1.33", "upgrade_policy": "standard"}
AFTER: dict[str, Any] = {
    "version": "1.34",
    "upgrade_policy": "extended",
    "system_nodes": {"min_size": 3, "desired_size": 3, "max_size": 6},
    "kube_proxy_mode": "nftables",
    "access": [
        {
            "principal": "arn:aws:iam::123456789012:role/developer",
            "policy": "view",
            "all_namespaces": True,
        }
    ],
}


@pytest.fixture
def aws() -> Iterator[emulator.LocalAws]:
    with emulator.start() as running:
        yield running


def test_a_cluster_is_upgraded_and_changed_in_place_one_minor_at_a_time(
    aws: emulator.LocalAws, tmp_path: Path
) -> None:
    live = LiveCluster(aws, tmp_path, **BEFORE)
    code, text = live.apply()
    assert code == 0, text
    assert live.plan() is None

    live.configure(**BEFORE | {"version": "1.35"})
    code, text = live.apply()
    assert code != 0
    assert "Unsupported Kubernetes minor version update from 1.33 to 1.35" in text

    live.configure(**AFTER)
    assert live.destroys() == []
    code, text = live.apply()
    assert code == 0, text
    assert live.plan() is None
    cluster = aws.client("eks", "eu-west-1").describe_cluster(name="test")["cluster"]
    assert cluster["version"] == "1.34"

    live.check("destroy", "-auto-approve", "-input=false")
    assert aws.client("eks", "eu-west-1").list_clusters()["clusters"] == []
