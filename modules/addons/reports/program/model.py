"""What a report consists of: sections with figures and tables, whatever they are written as."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "count", "share", "cores", "bytes", "usd", "hours", "time", "trend"]
"""How values of a column are written. A trend is a list of numbers, drawn as a line."""

State = Literal["good", "warning", "bad", "neutral"]

Value = str | float | Sequence[float] | None
"""None where there is no value."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: its heading.
        kind: what its values are.
        bar: whether a bar shows each value beside the largest; a share is shown beside the whole.
        good: shares from this one on are good, and those below are marked; None without a target.
    """

    title: str
    kind: Kind = "text"
    bar: bool = False
    good: float | None = None


@dataclass(frozen=True)
class Table:
    """A table, which is also a CSV file of its own.

    Attributes:
        name: name of the file.
        caption: what it shows.
        empty: the sentence in its place where it has no rows.
        shown: number of rows in the page; the file has all.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    empty: str = "No data in this period."
    shown: int = 50


@dataclass(frozen=True)
class Figure:
    """A figure at the head of the report.

    Attributes:
        title: what it is.
        value: it, as text.
        detail: what it is made of.
        state: whether it is good.
        trend: its course over the period.
    """

    title: str
    value: str
    detail: str = ""
    state: State = "neutral"
    trend: Sequence[float] = ()


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Attributes:
        name: its anchor.
        lead: one or two sentences: what the figures say, and how they are made.
        problem: why it is missing; empty where it is there.
    """

    name: str
    title: str
    lead: str = ""
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = field(default=())
    problem: str = ""
