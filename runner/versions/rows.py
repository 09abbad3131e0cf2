"""The rows of the version table, and what a source answers about one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from config.versions import Versions

_DATE: Final = re.compile(r"-(\d{4})(\d{2})(\d{2})$")

Kind = Literal["EKS add-on", "node image", "container image", "chart"]


class UnansweredError(Exception):
    """A source did not answer.

    Attributes:
        reason: why.
        place: who; empty where the reason says it.
    """

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


@dataclass(frozen=True)
class Row:
    """One pinned version.

    Attributes:
        kind: what it is.
        name: its name in the table.
        minor: the Kubernetes minor that it belongs to; None where it is for several.
        minors: the Kubernetes minors that it is used on.
        pin: the pinned version.
        path: the keys of its entry in the file.
        unconfirmed: whether the table has it without a source for this minor.
        digest: SHA-256 of the archive of a chart; None where the table has none.
        released: the day of its release; None where the table has none.
    """

    kind: Kind
    name: str
    minor: str | None
    minors: tuple[str, ...]
    pin: str
    path: tuple[str, ...]
    unconfirmed: bool = False
    digest: str | None = None
    released: date | None = None

    @property
    def day(self) -> date | None:
        """The day in the version itself, as Amazon Linux has it, or else that of the table."""
        return day_of(self.pin) or self.released


@dataclass(frozen=True)
class Answer:
    """What a source says about a row.

    Attributes:
        newest: the newest version that it has.
        fitting: the version that the table should have: the newest one that fits the row.
        published: the day on which the pinned version was published, where the source says it.
        source: where the answer is from, for the table; None to leave that as it is.
        note: what else to know.
        digest: SHA-256 of the archive of the fitting version of a chart, where the source says it.
    """

    newest: str
    fitting: str
    published: date | None = None
    source: str | None = None
    note: str = ""
    digest: str | None = None


def day_of(version: str) -> date | None:
    """The day at the end of a version, as `1.36.4-20260923` has it; None where it has none."""
    found = _DATE.search(version)
    return date(*map(int, found.groups())) if found else None


def rows(table: Versions) -> Iterator[Row]:
    """The rows of a table, in its order."""
    minors = tuple(table.kubernetes)
    for minor, entry in table.kubernetes.items():
        path = ("kubernetes", minor)
        for name, pin in entry.addons.items():
            place = (*path, "addons", name)
            old = pin.unconfirmed
            yield Row(
                "EKS add-on", name, minor, (minor,), pin.version, place, old, None, pin.released
            )
        for name, pin in entry.amis.items():
            place = (*path, "amis", name)
            yield Row("node image", name, minor, (minor,), pin.version, place, pin.unconfirmed)
        for name, pin in entry.images.items():
            place = (*path, "images", name)
            yield Row("container image", name, minor, (minor,), pin.version, place)
    for name, chart in table.charts.items():
        if chart.bundle is not None:
            # It is in no repository: its version is that of the controllers that read its objects.
            continue
        path = ("charts", name)
        others = tuple(minor for minor in minors if minor not in chart.versions)
        day = chart.released
        yield Row("chart", name, None, others, chart.version, path, False, chart.digest, day)
        for minor, pin in chart.versions.items():
            place, old = (*path, "versions", minor), pin.unconfirmed
            day = pin.released
            yield Row("chart", name, minor, (minor,), pin.version, place, old, pin.digest, day)
    for name, pin in table.images.items():
        yield Row("container image", name, None, minors, pin.version, ("images", name))
