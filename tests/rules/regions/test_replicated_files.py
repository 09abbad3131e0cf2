"""Replications of files that are legal but unwise."""

from typing import Any

from config.problem import Path
from rules.registration import warnings
from support.environments import environment

REGIONS: dict[str, Any] = {"eu-west-1": {"code": "euw1"}, "eu-central-1": {"code": "euc1"}}
VOLUMES: dict[str, Any] = {"uploads": {"namespace": "shop"}}


def warned(volumes: dict[str, Any], **replication: Any) -> dict[Path, str]:
    made = environment(
        regions=REGIONS,
        replication={"efs": True, **replication},
        cluster={"efs": {"stack": "data", "volumes": volumes}},
    )
    return {each.path: each.message for each in warnings(made) if each.path[0] == "replication"}


def test_files_that_no_claim_finds_are_warned_of() -> None:
    [(path, message)] = warned({}, source="eu-west-1").items()
    assert path == ("replication", "efs")
    assert "only volumes of cluster.efs.volumes are in both regions" in message
    assert warned(VOLUMES, source="eu-west-1") == {}


def test_a_direction_that_follows_the_primary_region_is_warned_of() -> None:
    [(path, message)] = warned(VOLUMES).items()
    assert path == ("replication", "source")
    assert "follows routing.primary, now eu-west-1" in message
