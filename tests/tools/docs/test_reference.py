"""docs/configuration.md: current, complete, and with links that lead somewhere."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from config.environment import Environment
from config.settings import Settings
from rules.between_environments import CHECKS
from rules.registration import all_rules
from tools.docs import reference
from tools.docs.field_docs import field_docs

TEXT = reference.text()


def test_the_checked_in_reference_is_current() -> None:
    assert reference.FILE.read_text(encoding="utf-8") == TEXT, "run: python -m tools.docs"


def test_every_setting_and_rule_is_described() -> None:
    for model in reference.paths():
        for key in model.model_fields:
            assert f"| `{key}` |" in TEXT
            assert field_docs(model).get(key), f"{model.__name__}.{key} has no docstring"
    assert TEXT.partition("## Rules across settings")[2].count("\n- ") == len(
        list(all_rules())
    ) + len(CHECKS)


def test_links_lead_to_headings() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)
    anchors = {reference.anchor(heading) for heading in headings}

    links = set(re.findall(r"\]\(#(.+?)\)", TEXT))
    assert links
    assert links <= anchors


def test_tables_have_four_cells_a_row() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("|")]

    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_no_template_mark_is_left() -> None:
    assert "{{" not in TEXT


def test_the_text_does_not_depend_on_the_working_directory(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)

    assert reference.text() == TEXT


# ruff: noqa: RUF012 (pydantic copies mutable defaults)
class Taint(Settings):
    """A taint."""

    key: str
    """Its key | name, for example `<key>` of <a>."""


class Pool(Settings):
    """A pool."""

    taints: list[Taint] = []
    default: Taint | bool = True


class Sample(Settings):
    """Nested sections."""

    pools: list[Pool] = []
    by_name: dict[str, Pool] = {}


def test_sections_within_lists_and_mappings_have_a_place() -> None:
    found: dict[type[BaseModel], list[str]] = reference.paths(Sample)

    assert found == {
        Sample: [""],
        Pool: ["pools[]", "by_name.*"],
        Taint: [
            "pools[].taints[]",
            "pools[].default",
            "by_name.*.taints[]",
            "by_name.*.default",
        ],
    }
    assert next(iter(reference.paths())) is Environment


def test_a_row_says_what_is_allowed_and_the_default() -> None:
    rows = [line for line in reference.tables(Sample) if line.startswith("| `")]

    pool = "[section](#pools-by_name)"
    taint = "[section](#poolstaints-poolsdefault-by_nametaints-by_namedefault)"
    assert rows == [
        f"| `pools` | a list, each {pool} | `[]` |  |",
        f"| `by_name` | a mapping, each key text, each {pool} | `{{}}` |  |",
        f"| `taints` | a list, each {taint} | `[]` |  |",
        f"| `default` | {taint} or `true`, `false` | `true` |  |",
        "| `key` | text | **required** | Its key \\| name, for example `<key>` of &lt;a>. |",
    ]


class Unwritable(Settings):
    """A section whose default YAML has no word for."""

    values: dict[str, Any] = {"folder": Path("charts")}
    """Values of a chart."""


def test_a_default_that_yaml_has_no_word_for_is_no_text_of_python() -> None:
    with pytest.raises(TypeError, match="Path is not JSON"):
        list(reference.tables(Unwritable))
