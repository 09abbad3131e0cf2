"""The history of alerts."""

from collections import Counter
from collections.abc import Collection
from typing import Final

from .model import Column, Figure, Section, Table
from .period import HOUR
from .prometheus import Reader, Series
from .queries import ALERT_STEP
from .settings import ProgramSettings
from .units import count, hours

ORDER: Final = {"critical": 0, "warning": 1}
"""Severities, the worst first; any other follows."""


def alerts(read: Reader, settings: ProgramSettings) -> Section:
    """The section."""
    found = [each for each in read("alerts") if each.values]
    rows = [
        (
            each.labels.get("severity", ""),
            each.labels.get("alertname", ""),
            each.labels.get("namespace"),
            settings.team_of.get(each.labels.get("namespace", "")),
            episodes(each),
            _firing(each),
            min(each.values) - ALERT_STEP,
        )
        for each in found
    ]
    rows.sort(key=lambda row: (ORDER.get(row[0], len(ORDER)), -row[5], row[1], row[2] or ""))
    return Section(
        "alerts",
        "Alerts",
        "Alerts that were firing, every five minutes. The time is that in which at least one alert "
        "of this name was firing in the namespace. docs/alerts.md says what to do about each.",
        figures=tuple(_figure(severity, found) for severity in ORDER),
        tables=(
            Table(
                "alerts",
                "Alerts by severity and time",
                (
                    Column("Severity"),
                    Column("Alert"),
                    Column("Namespace"),
                    Column("Team"),
                    Column("Times", "count"),
                    Column("Firing", "hours", bar=True),
                    Column("First", "time"),
                ),
                rows,
                empty="No alert was firing in this period.",
                shown=25,
            ),
        ),
    )


def episodes(series: Series) -> int:
    """How often it began to fire: once for each stretch of values without a gap."""
    times = sorted(series.values)
    return sum(time - ALERT_STEP not in series.values for time in times)


def _firing(series: Series) -> float:
    return len(series.values) * ALERT_STEP / HOUR


def firing_hours(read: Reader, severity: str, namespaces: Collection[str]) -> float:
    """Hours in which at least one alert of a severity was firing in one of these namespaces."""
    times = {
        time
        for each in read("alerts")
        if each.labels.get("severity") == severity and each.labels.get("namespace") in namespaces
        for time in each.values
    }
    return len(times) * ALERT_STEP / HOUR


def _figure(severity: str, found: list[Series]) -> Figure:
    of_it = [each for each in found if each.labels.get("severity") == severity]
    times = sum(episodes(each) for each in of_it)
    firing = {time for each in of_it for time in each.values}
    title = f"{severity.capitalize()} alerts"
    if not times:
        return Figure(title, "0", "none was firing", "good")
    most = Counter(name for each in of_it for name in [each.labels["alertname"]] * len(each.values))
    detail = f"{hours(len(firing) * ALERT_STEP / HOUR)} firing, mostly {most.most_common(1)[0][0]}"
    return Figure(title, count(times), detail, "bad" if severity == "critical" else "warning")
