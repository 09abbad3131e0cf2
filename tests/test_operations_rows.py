"""Rows M1 to M15 of docs/requirements.md name a command, a page and a test that exist."""

import re
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parents[1]
DOCS: Final = PROJECT / "docs"

ROWS: Final = dict(
    re.findall(
        r"^\| (M\d+) \| [^|]* \| (.*) \|$",
        (DOCS / "requirements.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
TARGETS: Final = set(
    re.findall(r"^([a-z-]+):.*## \S", (PROJECT / "Makefile").read_text(), re.MULTILINE)
)
OPTIONS: Final = {"M12": "`TERRAFORM=tofu`", "M13": "`eks-platform --version`"}
"""What is no command of its own, but belongs to all."""

NOT_YET: Final = "not yet"
MET: Final = sorted(row for row, state in ROWS.items() if state != NOT_YET)


def linked(row: str) -> list[Path]:
    """The files that a row names."""
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", ROWS[row])
    return [(DOCS / link).resolve() for link in links]


def test_there_are_fifteen_rows_and_each_is_met_or_not_yet() -> None:
    assert list(ROWS) == [f"M{number}" for number in range(1, 16)]
    assert [row for row in MET if not re.match(r"met[,:;]", ROWS[row])] == []
    assert len(MET) >= 12


@pytest.mark.parametrize("row", MET)
def test_a_row_that_is_met_names_its_command(row: str) -> None:
    commands = re.findall(r"`make ([a-z-]+)", ROWS[row])
    assert set(commands) <= TARGETS
    assert OPTIONS[row] in ROWS[row] if row in OPTIONS else commands


@pytest.mark.parametrize("row", MET)
def test_a_row_that_is_met_names_its_page_and_its_test(row: str) -> None:
    files = linked(row)
    assert [file for file in files if not file.exists()] == []
    pages = [file for file in files if file.suffix == ".md"]
    tests = [file for file in files if file.is_relative_to(PROJECT / "tests")]
    assert pages, "no page"
    assert tests, "no test"
    for each in tests:
        assert each.name.startswith("test_") or list(each.rglob("test_*.py")), each
