"""The sections of a report. One whose query fails says so, and the others are made."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from .alerts import alerts
from .availability import availability
from .backups import backups
from .capacity import capacity
from .cost import cost
from .model import Section
from .period import Period
from .prometheus import QueryError, Reader
from .settings import ProgramSettings
from .teams import teams

SECTIONS: Final[Mapping[str, Callable[[Reader, ProgramSettings], Section]]] = {
    "teams": teams,
    "availability": availability,
    "alerts": alerts,
    "backups": backups,
    "capacity": capacity,
    "cost": cost,
}
"""By name, in their order."""

COMPLETE: Final = 0.98
"""The share of the period from which on metrics count as complete."""


def sections(read: Reader, settings: ProgramSettings) -> Iterator[Section]:
    """All sections but those that are left out."""
    for name, made in SECTIONS.items():
        if name not in settings.left_out:
            try:
                yield made(read, settings)
            except QueryError as error:
                yield Section(name, name.capitalize(), problem=str(error))


def missing_hours(read: Reader, period: Period) -> int | None:
    """Hours of which Prometheus has no metrics; None where it does not answer."""
    try:
        found = {time for each in read("targets") for time in each.values}
    except QueryError:
        return None
    missing = period.hours - len(found)
    return missing if len(found) < COMPLETE * period.hours else 0
