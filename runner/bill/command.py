"""`make bill`: what an environment costs in a month, before it exists."""

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.environment import Environment
from rules.load import load
from runner.bill.against import Other, synthesized
from runner.bill.calculate import make_bill
from runner.bill.commitments import what_if
from runner.bill.compare import changes
from runner.bill.data import as_data, comparison
from runner.bill.lines import MonthlyBill
from runner.bill.report import print_bill, print_changes, print_what_if
from runner.manifest import Stack, by_environment
from runner.tables import console


@dataclass(frozen=True)
class Wishes:
    """What a bill is printed with.

    Attributes:
        against: an environment, a file or a revision of Git to compare with.
        plans: whether to print what Savings Plans and reservations would save.
        day: the day that it is for.
    """

    against: str | None
    plans: bool
    as_json: bool
    day: date


def print_bills(
    asked: str, stacks: Sequence[Stack], wishes: Wishes, say: Callable[[str], None]
) -> None:
    """Prints the bill of each environment that a name or file stands for.

    Args:
        asked: how the user named it.
        stacks: its synthesized stacks.
        say: prints the JSON.

    Raises:
        RunnerError: there is nothing to compare with.
    """
    own = by_environment(stacks)
    with ExitStack() as folders:
        other = None
        if wishes.against:
            other = folders.enter_context(synthesized(wishes.against, asked))
        documents = {
            each.name: _print(each, own[each.name], other, wishes) for each in load([asked])
        }
    if wishes.as_json:
        say(json.dumps(documents, indent=2, ensure_ascii=False))


def _print(
    environment: Environment, stacks: Sequence[Stack], other: Other | None, wishes: Wishes
) -> dict[str, Any]:
    bill = make_bill(environment, stacks, wishes.day)
    before = None if other is None else _bill_of(other, environment, wishes.day)
    document = as_data(bill, what_if(bill))
    if other and before:
        document["against"] = comparison(before, other.name, changes(before, bill))
    if not wishes.as_json:
        terminal = console()
        print_bill(bill, terminal)
        if wishes.plans:
            print_what_if(bill, what_if(bill), terminal)
        if other and before:
            print_changes(before, bill, other.name, changes(before, bill), terminal)
    return document


def _bill_of(other: Other, environment: Environment, day: date) -> MonthlyBill:
    found = other.of(environment)
    return make_bill(found, other.stacks[found.name], day)
