"""Prints the findings, for people or as JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from config.environment import Environment
from runner.check.finding import Finding, Status
from runner.tables import print_table

_STYLES: Final[dict[Status, str]] = {
    "ok": "green",
    "warning": "yellow",
    "error": "bold red",
    "not checked": "cyan",
}


def exit_code(findings: Sequence[Finding]) -> int:
    """1 if there is an error, else 0."""
    return int(any(finding.status == "error" for finding in findings))


def print_findings(environment: Environment, findings: Sequence[Finding], console: Console) -> None:
    """Prints the table, what to do about each row that is not ok, and the sums."""
    title = f"Account {environment.account}, {environment.region}, for {environment.name}"
    table = Table(title=title)
    table.add_column("Check", overflow="fold")
    table.add_column("Status", no_wrap=True)
    for heading in ("What", "Found", "Needed"):
        table.add_column(heading, overflow="fold")
    for each in findings:
        status = f"[{_STYLES[each.status]}]{each.status}[/]"
        table.add_row(each.check, status, *map(_plain, (each.subject, each.found, each.needed)))
    print_table(table, console)
    for each in findings:
        if each.action:
            line = f"{each.status}: {each.subject}: {each.found}. {each.action}"
            console.print(line, soft_wrap=True, markup=False)
    console.print(f"{sums(findings)} Nothing was changed in AWS.", soft_wrap=True, markup=False)


def as_json(environment: Environment, findings: Sequence[Finding]) -> str:
    """The findings for a machine."""
    return json.dumps(
        {
            "environment": environment.name,
            "account": environment.account,
            "region": environment.region,
            **as_data(findings),
        },
        indent=2,
        ensure_ascii=False,
    )


def as_data(findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings, and their number by status, as JSON has them."""
    return {
        "counts": _counts(findings),
        "findings": [
            {
                "check": each.check,
                "status": each.status,
                "subject": each.subject,
                "found": each.found,
                "needed": each.needed,
                "action": each.action,
            }
            for each in findings
        ],
    }


def _plain(text: str) -> str:
    """Text in which rich sees no markup."""
    return text.replace("[", r"\[")


def _counts(findings: Sequence[Finding]) -> dict[Status, int]:
    counted = Counter(finding.status for finding in findings)
    return {status: counted[status] for status in _STYLES}


def sums(findings: Sequence[Finding]) -> str:
    """How many there are of each status, as a sentence."""
    counts = _counts(findings)
    parts = [
        _number(counts["error"], "error"),
        _number(counts["warning"], "warning"),
        f"{counts['not checked']} not checked",
        f"{counts['ok']} ok",
    ]
    return f"{', '.join(parts)}."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
