"""The week or the month that a report is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

HOUR: Final = 3600


@dataclass(frozen=True)
class Period:
    """A week or a month.

    Attributes:
        kind: weekly or monthly.
        first: its first day.
        last: its last day.
        zone: the time zone that its days begin and end in.
    """

    kind: str
    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The beginning of the first day, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The end of the last day, in UTC."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def hours(self) -> int:
        """Its hours; a week in which clocks change has one more or one less."""
        return round((self.end - self.start).total_seconds() / HOUR)

    @property
    def title(self) -> str:
        """Its days in words."""
        if self.kind == "monthly":
            return f"{self.first:%B %Y}"
        year, week, _ = self.first.isocalendar()
        days = f"{self.first:%-d %B} to {self.last:%-d %B %Y}"
        return f"Week {week} of {year}, {days}"

    @property
    def folder(self) -> str:
        """The folder of its report, the same for each report of this period."""
        if self.kind == "monthly":
            return f"monthly/{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"weekly/{year}-W{week:02}"


def last_period(kind: str, now: datetime, zone: ZoneInfo) -> Period:
    """The last whole week, Monday to Sunday, or the last calendar month."""
    today = now.astimezone(zone).date()
    if kind == "monthly":
        last = today.replace(day=1) - timedelta(days=1)
        return Period(kind, last.replace(day=1), last, zone)
    monday = today - timedelta(days=today.weekday())
    return Period(kind, monday - timedelta(days=7), monday - timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
