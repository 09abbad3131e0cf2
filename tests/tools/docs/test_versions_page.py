"""docs/versions.md: current, complete, and the same on every day."""

import pytest

from config import versions
from tools.docs import versions_page

TEXT = versions_page.text()
TABLE = versions.table()


def test_the_checked_in_page_is_current() -> None:
    checked_in = versions_page.FILE.read_text(encoding="utf-8")
    assert checked_in == TEXT, "run: python -m tools.docs"


@pytest.mark.parametrize("minor", versions.minors())
def test_it_has_the_end_of_support_and_the_pinned_versions(minor: str) -> None:
    entry = TABLE.kubernetes[minor]
    dates = f"| {entry.standard_support_ends} | {entry.extended_support_ends} |"
    (row,) = (line for line in TEXT.splitlines() if line.startswith(f"| [{minor}]"))
    assert dates in row
    section = TEXT.partition(f"## Kubernetes {minor}\n")[2].partition("\n## ")[0]
    rows = {line.split(" | ")[0]: line for line in section.splitlines() if line.startswith("| ")}
    for name, pin in entry.addons.items():
        assert f"| {pin.version} |" in rows[f"| `{name}`"]
        assert ("not confirmed" in rows[f"| `{name}`"]) is pin.unconfirmed
        assert (name in row) is pin.unconfirmed
    for name, pin in entry.amis.items():
        assert f"| {pin.version} |" in rows[f"| Node image `{name}`"]
    for name, pin in entry.images.items():
        assert f"| {pin.version} |" in rows[f"| Container image `{name}`"]
    assert ("for upgrades only" in row) is entry.upgrades_only


def test_tables_have_as_many_cells_in_every_row() -> None:
    for section in TEXT.split("\n\n"):
        rows = [line.count("|") for line in section.splitlines() if line.startswith("|")]
        assert len(set(rows)) <= 1, section
