"""The page of what the project does not do stays true (L14): settings named there are refused."""

import re
from pathlib import Path

import pytest

from support.environment_files import Project

PAGE = Path(__file__).parents[1] / "docs" / "what-it-does-not-do.md"
ROWS = re.findall(
    r"^\| ([^|]+) \| `([a-z0-9_.]+)` \| ([^|]+) \| ([^|]+) \|$",
    PAGE.read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize("key", [key for _, key, _, _ in ROWS])
def test_a_setting_that_the_page_says_is_missing_is_refused(project: Project, key: str) -> None:
    sections = key.split(".")
    nested = "".join(f"{'  ' * depth}{name}:\n" for depth, name in enumerate(sections[:-1]))
    project.write(
        "dev.yaml",
        f"extends: good.yaml\nname: dev\n{nested}{'  ' * (len(sections) - 1)}{sections[-1]}: x\n",
    )

    assert [error for error in project.errors("dev.yaml") if f"{key}: is not a setting" in error]


def test_every_row_of_the_page_has_all_its_columns() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    heads = [line for line in rows if line.startswith(("| Not here", "| ---"))]
    assert len(ROWS) == len(rows) - len(heads) > 20
