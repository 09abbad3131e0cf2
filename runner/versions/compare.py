"""Compares the rows of the version table with their sources."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Final

from config.versions import Versions
from runner.versions.aws import Aws, Support
from runner.versions.patch import Edit
from runner.versions.repositories import Indexes, chart_answer, image_answer
from runner.versions.rows import Answer, Row, UnansweredError, rows

AT_ONCE: Final = 8
"""Requests at the same time."""


@dataclass(frozen=True)
class Compared:
    """A row with its answer.

    Attributes:
        row: the row.
        answer: what its source says; None where it did not answer.
        problem: why it did not; None where it did.
        age: days since the pinned version was published, or, where no source says that, since the
            table was compared: then it is at least that old.
        exact: whether the age is that of the version.
    """

    row: Row
    answer: Answer | None
    problem: UnansweredError | None
    age: int
    exact: bool


@dataclass(frozen=True)
class Comparison:
    """The whole table, compared.

    Attributes:
        compared: its rows.
        support: the minors that EKS offers with the ends of their support; empty where AWS was not
            asked or did not answer.
        problems: which sources did not answer, and why.
    """

    compared: Sequence[Compared]
    support: dict[str, Support]
    problems: Sequence[str]


def compare(table: Versions, aws: Aws, today: date) -> Comparison:
    """Asks the source of every row."""
    indexes = Indexes()
    problems: list[UnansweredError] = []
    support: dict[str, Support] = {}
    try:
        support = aws.support()
    except UnansweredError as error:
        problems.append(error)

    def ask(row: Row) -> Compared:
        answer, problem = None, None
        try:
            answer = _answer(row, table, aws, indexes)
        except UnansweredError as error:
            problem = error
        published = (answer and answer.published) or row.day
        age = (today - (published or table.as_of)).days
        return Compared(row, answer, problem, age, exact=published is not None)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        compared = list(pool.map(ask, rows(table)))
    problems += [each.problem for each in compared if each.problem]
    return Comparison(compared, support, _by_reason(problems))


def _by_reason(problems: Sequence[UnansweredError]) -> list[str]:
    """A line for each reason, with all that it is true of."""
    places: dict[str, dict[str, None]] = {}
    for problem in problems:
        places.setdefault(problem.reason, {})[problem.place] = None
    return [f"{', '.join(names)}: {reason}" for reason, names in places.items()]


def _answer(row: Row, table: Versions, aws: Aws, indexes: Indexes) -> Answer:
    match row.kind:
        case "chart":
            return chart_answer(row, table.charts[row.name], indexes)
        case "container image":
            entry = table.images if row.minor is None else table.kubernetes[row.minor].images
            return image_answer(row, entry[row.name].registry)
        case _:
            return aws.answer(row)


def edits(table: Versions, found: Comparison, today: date) -> Iterator[Edit]:
    """What makes the table as new as its sources, where that is compatible."""
    for each in found.compared:
        if each.answer is not None:
            yield from _pin(table, each.row, each.answer)
    for minor, support in found.support.items():
        if minor in table.kubernetes:
            entry = table.kubernetes[minor]
            ends = {
                "standard_support_ends": (entry.standard_support_ends, support.standard),
                "extended_support_ends": (entry.extended_support_ends, support.extended),
            }
            changed = {key: str(new) for key, (old, new) in ends.items() if old != new}
            if changed:
                yield Edit(("kubernetes", minor), changed)
    if found.support:
        yield Edit((), {"as_of": str(today)})


def _pin(table: Versions, row: Row, answer: Answer) -> Iterator[Edit]:
    confirmed = row.unconfirmed and answer.source is not None and answer.fitting == answer.newest
    # A digest that differs from the recorded one is for people to judge.
    unrecorded = row.digest is None and answer.digest is not None
    same = answer.fitting == row.pin
    if same and not confirmed and not unrecorded:
        return
    values: dict[str, str | None] = {"version": answer.fitting}
    if not same:
        # The sources state the day of the pinned version only.
        values["released"] = None
    if unrecorded or not same:
        # In quotes, because digits alone would be a number.
        values["digest"] = answer.digest and f'"{answer.digest}"'
    if answer.source is not None:
        values |= {"source": answer.source, "unconfirmed": None}
    if row.kind == "chart" and not same:
        chart = table.charts[row.name]
        pin = chart if row.minor is None else chart.versions[row.minor]
        values["data"] = pin.data or row.pin
    yield Edit(row.path, values)
