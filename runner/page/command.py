"""Writes the page of an environment."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from rules.load import load
from runner.bill.against import synthesized
from runner.manifest import Stack, by_environment
from runner.page.difference import PageDifference, difference
from runner.page.document import html
from runner.page.facts import Facts


def write_pages(
    asked: str,
    stacks: Sequence[Stack],
    against: str | None,
    folder: Path,
    today: date,
    say: Callable[[str], object],
) -> None:
    """Writes a page for each environment that a name or file stands for.

    Args:
        asked: how the user named it.
        stacks: its synthesized stacks.
        against: an environment, a file or a revision of Git to compare with.
        folder: where the pages are written; made where it does not exist.
        today: the day of the bill and of all ages.

    Raises:
        RunnerError: there is nothing to compare with.
    """
    own = by_environment(stacks)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as folders:
        other = folders.enter_context(synthesized(against, asked)) if against else None
        for environment in load([asked]):
            facts = Facts(environment, own[environment.name], today)
            found: PageDifference | None = None
            if other:
                before = other.of(environment)
                found = difference(
                    Facts(before, other.stacks[before.name], today), facts, other.name
                )
            file = folder / f"{environment.name}.html"
            file.write_text(html(facts, found), encoding="utf-8")
            say(f"Written to {file}.")
