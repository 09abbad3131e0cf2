"""How old a copy of data is, as a finding."""

from datetime import UTC, datetime, timedelta
from typing import Final

from runner.check.finding import Finding

DAILY: Final = timedelta(hours=48)
"""Older, and at least one of two daily copies is missing."""

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


def now() -> datetime:
    """The time with which ages and expiry dates are compared."""
    return datetime.now(UTC)


def aged(subject: str, noun: str, age: timedelta | None, oldest: timedelta, action: str) -> Finding:
    """Says how old the newest copy is. An old one is a warning: it does not keep pods from serving.

    Args:
        noun: what the newest copy is.
        age: its age; None if there is none.
        oldest: the age from which it is a warning.
        action: what to do about it.
    """
    limit = f"at most {as_text(oldest)}"
    if age is None:
        return Finding("warning", subject, f"there is no {noun}", limit, action)
    found = f"the newest {noun} is {as_text(age)} old"
    if age > oldest:
        return Finding("warning", subject, found, limit, action)
    return Finding("ok", subject, found, limit)


def as_text(age: timedelta) -> str:
    """A duration in hours, or in minutes below two hours."""
    if age < 2 * _HOUR:
        return f"{max(age, timedelta()) // _MINUTE} min"
    return f"{age // _HOUR} h"
