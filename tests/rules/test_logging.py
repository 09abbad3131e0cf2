"""Rules of the settings of logs: what passes. What is refused stands in bad_input/logging.txt."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.environments import environment, problems

ROOT = Path(__file__).parents[2]
NO_KARPENTER = {"autoscaler": "cluster_autoscaler"}


def paths(**settings: Any) -> list[tuple[str | int, ...]]:
    return [problem.path for problem in problems(environment(**settings))]


@pytest.mark.parametrize("nodes", [1, 3, 4])
def test_one_node_or_three_and_more_are_let_through(nodes: int) -> None:
    assert paths(platform={"elasticsearch": {"nodes": nodes}}) == []


def test_settings_of_an_elasticsearch_that_is_not_there_do_not_matter() -> None:
    platform = {
        "fluent_bit": {"destination": "cloudwatch"},
        "elasticsearch": {"nodes": 2, "enabled": False},
        "eck_operator": {"enabled": False},
    }
    assert paths(platform=platform) == []


def test_without_fluent_bit_there_is_nothing_to_collect_and_to_keep() -> None:
    assert paths(platform={"fluent_bit": {"enabled": False}, "elasticsearch": {"nodes": 2}}) == []


def test_both_may_move_to_another_namespace_together() -> None:
    moved = {"namespace": "observability"}
    assert paths(platform={"fluent_bit": moved, "elasticsearch": moved}) == []


def test_tainted_machines_do_not_count() -> None:
    taint = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
    groups = {"workloads": {"max_size": 2}, "gpu": {"max_size": 9, "taints": [taint]}}
    found = paths(cluster={**NO_KARPENTER, "node_groups": groups})
    assert found == [("platform", "elasticsearch", "nodes")]
    groups["workloads"]["max_size"] = 3
    assert paths(cluster={**NO_KARPENTER, "node_groups": groups}) == []


def test_the_settings_in_the_docs_are_right() -> None:
    text = (ROOT / "docs/logging.md").read_text()
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 2
    assert [paths(**yaml.safe_load(example)) for example in examples] == [[], []]
