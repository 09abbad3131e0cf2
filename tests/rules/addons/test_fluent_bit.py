"""Accepted settings of Fluent Bit. For refused ones see bad_input/fluent_bit.txt."""

import re
from pathlib import Path
from typing import Any

import yaml

from support.edge import WITH_DOMAIN
from support.environments import refused

ROOT = Path(__file__).parents[3]


def paths(**settings: Any) -> list[tuple[str | int, ...]]:
    return list(refused(**settings))


def test_fluent_bit_and_elasticsearch_can_have_another_common_namespace() -> None:
    moved = {"namespace": "observability"}
    assert paths(platform={"fluent_bit": moved, "elasticsearch": moved}) == []


def test_the_settings_in_the_docs_are_right() -> None:
    text = (ROOT / "docs/logging.md").read_text()
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 2
    found = [paths(**yaml.safe_load(example), edge=WITH_DOMAIN) for example in examples]
    assert found == [[], []]
