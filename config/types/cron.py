"""Cron schedules as Velero and Karpenter read them: the longest time between two runs.

Both read them with https://pkg.go.dev/github.com/robfig/cron/v3. `cronsim` accepts more (`L`, `#`,
7 for Sunday), which is refused here, and takes `*/2` for a field that allows every day, which is
replaced by a range.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cronsim import CronSim

DESCRIPTORS: Final = {
    "@annually": "0 0 1 1 *",
    "@yearly": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
"""https://pkg.go.dev/github.com/robfig/cron/v3#hdr-Predefined_schedules"""

_FIELDS: Final = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 6),
)
"""Name, first and last value."""

_PART: Final = re.compile(
    r"(?P<start>[*?]|[0-9]+|[a-z]{3})(-(?P<end>[0-9]+|[a-z]{3}))?(/(?P<step>[0-9]+))?",
    re.IGNORECASE,
)
_ANY: Final = frozenset({"*", "?", "*/1", "?/1"})
_DAY_OF_MONTH: Final = 2
_WEEKDAY: Final = 4
_SUNDAY_AS_7: Final = re.compile("0*7")

_DAY: Final = 24 * 60
_FIRST_DAY, _DAYS = datetime(2028, 1, 1), 9 * 366
"""Long enough to contain 29 February more than once."""


class CronError(ValueError):
    """A text is not a cron schedule, or is one that is never due."""


@cache
def longest_gap(schedule: str) -> int:
    """The longest time from one run to the next, in minutes.

    Args:
        schedule: five fields in UTC, or one of DESCRIPTORS.

    Raises:
        CronError: it cannot be read, or is never due.
    """
    simulation, due = _due(schedule)
    times = sorted(60 * hour + minute for hour in simulation.hours for minute in simulation.minutes)
    within_a_day = [later - earlier for earlier, later in pairwise(times)]
    overnight = times[0] - times[-1]
    across_days = [(later - earlier).days * _DAY + overnight for earlier, later in pairwise(due)]
    return max(within_a_day + across_days)


def due_days(schedule: str) -> Sequence[datetime]:
    """Nine years of days on which a schedule is due.

    Args:
        schedule: five fields, or one of DESCRIPTORS.

    Raises:
        CronError: it cannot be read, or is never due.
    """
    return _due(schedule)[1]


@cache
def _due(schedule: str) -> "tuple[CronSim, Sequence[datetime]]":
    """What cronsim reads, and the days on which it is due."""
    fields = DESCRIPTORS.get(schedule, schedule).split()
    if len(fields) != len(_FIELDS):
        raise CronError("does not have five fields")
    normalized = [_normalized(index, field) for index, field in enumerate(fields)]
    simulation = _simulate(normalized)
    if simulation is None:
        raise CronError("is never due")
    due = _days()
    if normalized[_DAY_OF_MONTH:] != ["*", "*", "*"]:
        due = [day for day in due if _is_due(simulation, day)]
    if len(due) <= 1:
        raise CronError("is never due")
    return simulation, due


@cache
def _days() -> Sequence[datetime]:
    return [_FIRST_DAY + timedelta(number) for number in range(_DAYS)]


def _is_due(simulation: "CronSim", day: datetime) -> bool:
    return day.month in simulation.months and simulation.match_day(day)


def _simulate(fields: list[str]) -> "CronSim | None":
    """What cronsim reads; None where it refuses the fields."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 -- few environments need it

    try:
        return CronSim(" ".join(fields), _FIRST_DAY)
    except CronSimError:
        return None


def _normalized(index: int, field: str) -> str:
    """A field in the words of cronsim.

    Raises:
        CronError: a part of it is impossible.
    """
    parts = field.split(",")
    ranges = [_as_range(index, part) for part in parts]
    return ",".join(ranges) if _ANY.isdisjoint(parts) else "*"


def _as_range(index: int, part: str) -> str:
    name, first, last = _FIELDS[index]
    found = _PART.fullmatch(part)
    if found:
        start, end, step = found["start"], found["end"], found["step"] or "1"
        low = str(first) if start in "*?" else start
        high = end or (str(last) if start in "*?" or found["step"] else start)
        text = low if low == high else f"{low}-{high}" if step == "1" else f"{low}-{high}/{step}"
        alone = ["*"] * len(_FIELDS)
        alone[index] = text
        refused = (
            (end is not None and start in "*?")
            or int(step) == 0
            or (index == _WEEKDAY and any(map(_SUNDAY_AS_7.fullmatch, (low, high))))
        )
        if not refused and _simulate(alone) is not None:
            return text
    raise CronError(f"has an impossible {name} {part}")
