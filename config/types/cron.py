"""Cron schedules as Velero and Karpenter read them: when they are due, and how far apart."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

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

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

_FIELDS: Final = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)}),
    ("day of the week", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
"""Name, first and last value of each field, and words for its values."""

_DAY: Final = 24 * 60
_FROM, _DAYS_LOOKED_AT = date(2028, 1, 1), 9 * 366
"""Long enough for a 29th of February to come again."""


class CronError(ValueError):
    """A text is no cron schedule, or one that is never due."""


def longest_gap(schedule: str) -> int:
    """The longest time from one run to the next, in minutes.

    Args:
        schedule: five fields in UTC, or one of DESCRIPTORS.

    Raises:
        CronError: it cannot be read, or is never due.

    Source: https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format
    """
    fields = DESCRIPTORS.get(schedule, schedule).split()
    if len(fields) != len(_FIELDS):
        raise CronError("has not five fields")
    minutes, hours, days, months, weekdays = map(_values, fields, _FIELDS)
    # Where both name days, either will do.
    either = not (_every(fields[2]) or _every(fields[4]))
    due = [
        number
        for number in range(_DAYS_LOOKED_AT)
        if _due(_FROM + timedelta(number), days, months, weekdays, either=either)
    ]
    if len(due) <= 1:
        raise CronError("is never due")
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    within = [later - earlier for earlier, later in pairwise(times)]
    overnight = times[0] - times[-1]
    across = [(later - earlier) * _DAY + overnight for earlier, later in pairwise(due)]
    return max(within + across)


def _due(day: date, days: set[int], months: set[int], weekdays: set[int], *, either: bool) -> bool:
    in_month, in_week = day.day in days, day.isoweekday() % 7 in weekdays
    fits = (in_month or in_week) if either else (in_month and in_week)
    return fits and day.month in months


def _every(field: str) -> bool:
    return any(part in ("*", "?", "*/1") for part in field.split(","))


def _values(field: str, kind: tuple[str, int, int, dict[str, int]]) -> set[int]:
    name, first, last, words = kind
    found: set[int] = set()
    for part in field.lower().split(","):
        span, slash, step = part.partition("/")
        if span in ("*", "?"):
            low, high = first, last
        else:
            start, hyphen, end = span.partition("-")
            low = _number(start, words, name)
            high = _number(end, words, name) if hyphen else last if slash else low
        width = _number(step, {}, name) if slash else 1
        if not first <= low <= high <= last or width < 1:
            raise CronError(f"has an impossible {name} {part}")
        found.update(range(low, high + 1, width))
    return found


def _number(text: str, words: dict[str, int], name: str) -> int:
    if text in words:
        return words[text]
    if not text.isascii() or not text.isdigit():
        raise CronError(f"has an impossible {name} {text}")
    return int(text)
