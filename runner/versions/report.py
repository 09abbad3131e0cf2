"""Prints the comparison, and writes the patch."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from json import dumps
from pathlib import Path
from typing import Any, Final

import boto3
import typer
from rich.console import Console
from rich.table import Table

from config import versions
from runner.tables import print_table
from runner.versions.aws import Aws
from runner.versions.compare import Compared, Comparison, compare, edits
from runner.versions.patch import diff, edited
from runner.versions.rows import Row

PATCH: Final = Path("versions.patch")


def print_versions(
    console: Console,
    file: Path = versions.FILE,
    patch: Path = PATCH,
    today: date | None = None,
    *,
    json: bool = False,
) -> None:
    """Prints every row of a version table with the newest version and its age; writes the patch.

    Args:
        file: the table.
        patch: where the patch goes; removed if there is nothing to change.
        today: the day, by the clock of this machine.
        json: print nothing but JSON.
    """
    today = today or datetime.now(UTC).date()
    table = versions.read(file)
    found = compare(table, Aws(_session(), today), today)
    before = file.read_text(encoding="utf-8")
    text = diff(before, edited(before, list(edits(table, found, today))))
    patch.unlink(missing_ok=True)
    if text:
        patch.write_text(text, encoding="utf-8")
    if json:
        data = comparison_data(table, found, today)
        typer.echo(dumps({**data, "patch": str(patch) if text else None}, indent=2))
        return
    print_table(_minors(table, found, today), console)
    for each in _tables(found):
        print_table(each, console)
    console.print(
        "The age is that of the version, where its source or its name has the day; else at least "
        "the days since the table was compared.",
        soft_wrap=True,
    )
    for problem in found.problems:
        console.print(f"No answer: {problem}", soft_wrap=True, markup=False)
    console.print("\n".join(_verdict(text, patch, found)), soft_wrap=True, markup=False)


def comparison_data(table: versions.Versions, found: Comparison, today: date) -> dict[str, Any]:
    """The comparison for a machine; None for what no source says."""
    return {
        "compared_on": str(table.as_of),
        "kubernetes": {
            minor: {
                "standard_support_ends": str(entry.standard_support_ends),
                "days_left": (entry.standard_support_ends - today).days,
                "eks_says": str(found.support[minor].standard) if minor in found.support else None,
            }
            for minor, entry in table.kubernetes.items()
        },
        "rows": [
            {
                "kind": each.row.kind,
                "name": each.row.name,
                "minor": each.row.minor,
                "pinned": each.row.pin,
                "newest": each.answer.newest if each.answer else None,
                "fitting": each.answer.fitting if each.answer else None,
                "age_in_days": each.age,
                "age_is_exact": each.exact,
                "note": _note(each),
            }
            for each in found.compared
        ],
        "problems": list(found.problems),
    }


def _session() -> boto3.Session:
    """A session; boto3 itself reads the region from AWS_DEFAULT_REGION only."""
    return boto3.Session(region_name=os.environ.get("AWS_REGION"))


def _minors(table: versions.Versions, found: Comparison, today: date) -> Table:
    made = Table(title=f"Kubernetes minors, compared on {table.as_of}")
    for heading in ("Kubernetes", "Standard support ends", "Days left", "EKS says"):
        made.add_column(heading)
    for minor, entry in sorted(table.kubernetes.items(), reverse=True):
        ends = entry.standard_support_ends
        support = found.support.get(minor)
        said = "" if support is None else str(support.standard)
        only = " (upgrades only)" if entry.upgrades_only else ""
        made.add_row(f"{minor}{only}", str(ends), str((ends - today).days), said)
    for minor, support in found.support.items():
        if versions.number(minor) > versions.number(max(table.kubernetes, key=versions.number)):
            made.add_row(minor, "not in the table", "", str(support.standard))
    return made


def _tables(found: Comparison) -> Iterator[Table]:
    """A table for each minor, one for charts, and one for images that no minor has for itself."""
    groups: dict[str, list[Compared]] = {}
    for each in found.compared:
        row = each.row
        title = f"{row.kind.capitalize()}s"
        if row.path[0] == "kubernetes":
            title = f"Kubernetes {row.minor}"
        groups.setdefault(title, []).append(each)
    for title, compared in groups.items():
        made = Table(title=title)
        made.add_column("Name")
        for heading in ("Pinned", "Newest"):
            made.add_column(heading)
        made.add_column("Age in days", justify="right")
        made.add_column("Note")
        for each in compared:
            newest = each.answer.newest if each.answer else "unknown"
            age = str(each.age) if each.exact else f"{each.age} or more"
            made.add_row(_name(each.row), each.row.pin, newest, age, _note(each))
        yield made


def _name(row: Row) -> str:
    if row.kind == "node image":
        return f"node image {row.name}"
    return f"{row.name}, on {row.minor}" if row.kind == "chart" and row.minor else row.name


def _note(each: Compared) -> str:
    parts = ["not confirmed"] if each.row.unconfirmed else []
    if each.answer is not None:
        parts += [each.answer.note] if each.answer.note else []
        if each.answer.fitting != each.row.pin:
            parts.append(f"{each.answer.fitting} is in the patch")
    return "; ".join(parts)


def _verdict(text: str, patch: Path, found: Comparison) -> Iterator[str]:
    if text:
        yield f"{patch} has what is newer and compatible. To take it:"
        yield f"  git apply {patch} && make docs goldens"
        yield "Then run `make verify-charts`, which renders the new charts with our values."
    elif any(each.answer for each in found.compared):
        yield "No answer is newer and compatible: there is no patch."
    else:
        yield "Nothing answered: there is no patch."
