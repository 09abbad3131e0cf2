"""`released` in the version table: the day from which the age of a version is counted."""

from datetime import date

from config import versions
from runner.versions.compare import Compared, Comparison, edits
from runner.versions.patch import edited
from runner.versions.rows import Answer, Row, day_of, rows

TODAY = date(2026, 12, 1)


def row(name: str) -> Row:
    return next(each for each in rows(versions.table()) if each.name == name)


def test_it_is_the_day_of_a_row() -> None:
    assert row("cert-manager").day == date(2026, 9, 11)
    assert row("argo-cd").day is None


def test_the_day_in_a_version_itself_needs_none() -> None:
    assert day_of("1.36.4-20260923") == date(2026, 9, 23)
    assert day_of("1.14.1") is None


def test_it_leaves_the_table_with_its_version() -> None:
    old = row("cert-manager")
    compared = Compared(old, Answer("v9.9.9", "v9.9.9"), None, 0, exact=True)
    changes = list(edits(versions.table(), Comparison([compared], {}, []), TODAY))
    before = versions.FILE.read_text(encoding="utf-8")
    after = edited(before, changes)
    assert "version: v9.9.9" in after
    assert before.count("released: ") - after.count("released: ") == 1
