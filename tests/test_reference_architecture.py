"""The page about the reference architecture: every box, with settings and examples that exist."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from stacks.app import ACCOUNT, FLEET, NAMES, ROUTING, STACKS

PROJECT: Final = Path(__file__).parents[1]
PAGE: Final = (PROJECT / "docs" / "reference-architecture.md").read_text(encoding="utf-8")
SCHEMA: Final[dict[str, Any]] = json.loads((PROJECT / "config" / "schema.json").read_text())

NONE: Final = "—"

BOXES: Final = {
    cells[0]: cells[1:]
    for cells in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if re.match(r"\| [A-L]\d+ \|", line)
    )
}
"""Box, settings, stacks and examples by the id of the requirement, as they are on the page."""


NO_BOXES: Final = {"L13", "L14"}
"""Rows of L that no setting meets."""


def requirements() -> list[str]:
    """The rows of the reference architecture, and those of L that are met by a setting."""
    text = (PROJECT / "docs" / "requirements.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-K]\d+|L\d+(?= \| [^|]* \| met)) \|", text, re.MULTILINE)
    return [row for row in rows if row not in NO_BOXES]


def is_setting(path: str) -> bool:
    """Whether the schema of environment files has a path, with `*` for the keys of a mapping."""
    places = [SCHEMA]
    for part in path.split("."):
        places = [
            further
            for place in places
            for each in _alternatives(place)
            for further in (
                each.get("patternProperties", {}).values()
                if part == "*"
                else [each["properties"][part]]
                if part in each.get("properties", {})
                else []
            )
        ]
    return bool(places)


def _alternatives(place: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in place:
        return _alternatives(SCHEMA["$defs"][place["$ref"].rpartition("/")[2]])
    return [place, *(found for each in place.get("anyOf", []) for found in _alternatives(each))]


def test_every_requirement_is_a_box_in_the_same_order() -> None:
    assert list(BOXES) == requirements()


@pytest.mark.parametrize("row", BOXES)
def test_settings_and_stacks_of_a_box_exist(row: str) -> None:
    _, settings, stacks, _ = BOXES[row]
    assert [path for path in re.findall(r"`([^`]*)`", settings) if not is_setting(path)] == []
    if stacks != NONE:
        assert set(stacks.split(", ")) <= {*STACKS, ACCOUNT, NAMES, ROUTING, FLEET}


@pytest.mark.parametrize("row", BOXES)
def test_a_box_has_an_example_or_says_that_it_has_none(row: str) -> None:
    """That the files exist is a test of all documents."""
    examples = BOXES[row][3]
    links = re.findall(r"\[[^]]+]\(\.\./(examples/[^)]+)\)", examples)
    assert links or examples == NONE
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_settings_in_the_text_exist() -> None:
    text = "\n".join(line for line in PAGE.splitlines() if not line.startswith("|"))
    paths = [each for each in re.findall(r"`([^`]*)`", text) if "." in each]
    assert paths
    assert [path for path in paths if not is_setting(path)] == []


@pytest.mark.parametrize(
    "box",
    [
        "Scheduler",
        "controller manager",
        "cloud controller",
        "etcd",
        "DNS",
        "Provisioner",
        "Launch templates",
    ],
)
def test_boxes_that_aws_runs_or_that_have_another_name_are_explained(box: str) -> None:
    explained = PAGE.partition("## A. Network")[0]
    assert re.search(rf"^- \*\*[^*]*{re.escape(box)}", explained, re.MULTILINE)


def test_readme_and_requirements_lead_to_the_page() -> None:
    for file in ("README.md", "docs/requirements.md"):
        assert "reference-architecture.md" in (PROJECT / file).read_text(encoding="utf-8")
