"""Writes numbers for people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from math import floor
from typing import Final
from zoneinfo import ZoneInfo

from .model import Kind, Value

NONE: Final = "\N{EN DASH}"

_GIB: Final = 1024**3
_TIB: Final = 1024**4
_THOUSAND: Final = 1000
_FEW_LOST: Final = 0.99
_ALMOST_ALL: Final = 0.9995
_HOURS_PER_DAY: Final = 24


def text(value: Value, kind: Kind, zone: ZoneInfo) -> str:
    """A value of a table as text."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return ""
    if kind == "time":
        return f"{datetime.fromtimestamp(value, UTC).astimezone(zone):%-d %b %H:%M}"
    return FORMATS.get(kind, count)(value)


def share(value: float) -> str:
    """A share as a percentage; one that is not the whole is never written as 100 %."""
    if _FEW_LOST <= value < 1:
        digits = 3 if value >= _ALMOST_ALL else 2
        return f"{floor(value * 10 ** (digits + 2)) / 10**digits:.{digits}f} %"
    return f"{value * 100:.4g} %" if value >= 1 else f"{value * 100:.1f} %"


def count(value: float) -> str:
    """A whole number."""
    return f"{round(value):,}"


def size(value: float) -> str:
    """Bytes."""
    if value >= _TIB:
        return f"{value / _TIB:,.1f} TiB"
    return f"{value / _GIB:,.1f} GiB"


def usd(value: float) -> str:
    """Money."""
    return f"${value:,.0f}" if value >= _THOUSAND else f"${value:,.2f}"


def hours(value: float) -> str:
    """A duration in hours."""
    minutes = round(value * 60)
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes} min"
    if value < 2 * _HOURS_PER_DAY:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{value / _HOURS_PER_DAY:.1f} days"


FORMATS: Final[Mapping[Kind, Callable[[float], str]]] = {
    "share": share,
    "cores": lambda value: f"{value:,.2f}",
    "bytes": size,
    "usd": usd,
    "hours": hours,
}
"""How numbers are written; others are whole numbers."""
