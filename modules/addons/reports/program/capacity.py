"""Capacity: of the nodes, and what namespaces request and use of it."""

from collections.abc import Mapping
from typing import Final

from .model import Column, Figure, Section, Table
from .prometheus import Reader, Series, added, by_label
from .settings import ProgramSettings
from .units import NONE, count, share, size

FULL: Final = 0.9

AMOUNTS: Final = (
    "cpu_requested",
    "cpu_used",
    "memory_requested",
    "memory_used",
    "volumes_capacity",
    "volumes_used",
)


def capacity(read: Reader, settings: ProgramSettings) -> Section:
    """The section."""
    amounts = {name: by_label(read(name), "namespace") for name in AMOUNTS}
    hours = max((len(each.values) for each in read("nodes")), default=0)
    return Section(
        "capacity",
        "Capacity",
        "Means of the period. Requests are what pods reserve on their nodes, use is what their "
        "containers consumed. Requests far above the use can be lowered; use above the requests "
        "competes with other pods.",
        figures=(
            _nodes(read),
            _used("CPU", read, amounts, "cpu"),
            _used("Memory", read, amounts, "memory"),
        ),
        tables=(
            _by_team(settings, amounts, hours),
            _by_namespace(settings, amounts, hours),
        ),
    )


def _nodes(read: Reader) -> Figure:
    nodes, pods = added(read("nodes")), added(read("pods"))
    if nodes.mean is None:
        return Figure("Nodes", NONE, "no metrics")
    values = [value for _, value in sorted(nodes.values.items())]
    detail = f"{count(min(values))} to {count(max(values))}, {count(pods.mean or 0)} pods"
    return Figure("Nodes", f"{nodes.mean:.1f}", detail, trend=values)


def _used(
    title: str, read: Reader, amounts: Mapping[str, Mapping[str, Series]], resource: str
) -> Figure:
    """How much of the nodes is requested."""
    there = added(read(f"{resource}_allocatable"))
    requested = added(amounts[f"{resource}_requested"].values())
    used = added(amounts[f"{resource}_used"].values())
    if not there.total:
        return Figure(f"{title} requested", NONE, "no metrics")
    ratio = requested.total / there.total
    whole = there.mean or 0
    amount = f"{whole:,.0f} cores" if resource == "cpu" else size(whole)
    trend = [requested.values.get(time, 0) / each for time, each in sorted(there.values.items())]
    detail = f"{share(used.total / there.total)} used, of {amount}"
    state = "warning" if ratio > FULL else "neutral"
    return Figure(f"{title} requested", share(ratio), detail, state, trend)


COLUMNS: Final = (
    Column("CPU requested", "cores", bar=True),
    Column("CPU used", "cores"),
    Column("CPU used, share", "share"),
    Column("Memory requested", "bytes", bar=True),
    Column("Memory used", "bytes"),
    Column("Memory used, share", "share"),
    Column("Volumes", "bytes"),
    Column("Volumes used", "bytes"),
)


def _row(means: Mapping[str, float]) -> list[float | None]:
    cpu, cpu_used, memory, memory_used, volumes, volumes_used = (means[name] for name in AMOUNTS)
    return [
        cpu,
        cpu_used,
        cpu_used / cpu if cpu else None,
        memory,
        memory_used,
        memory_used / memory if memory else None,
        volumes or None,
        volumes_used if volumes else None,
    ]


def _means(amounts: Mapping[str, Mapping[str, Series]], hours: int) -> dict[str, dict[str, float]]:
    """Means by namespace. An hour without a value is an hour without pods."""
    names = sorted({name for each in amounts.values() for name in each if name})
    nothing = Series({}, {})
    return {
        name: {
            amount: series.get(name, nothing).total / max(hours, 1)
            for amount, series in amounts.items()
        }
        for name in names
    }


def _by_namespace(
    settings: ProgramSettings, amounts: Mapping[str, Mapping[str, Series]], hours: int
) -> Table:
    means = _means(amounts, hours)
    ordered = sorted(means.items(), key=lambda each: (-each[1]["cpu_requested"], each[0]))
    rows = [(name, settings.team_of.get(name), *_row(each)) for name, each in ordered]
    columns = (Column("Namespace"), Column("Team"), *COLUMNS)
    return Table("capacity-namespaces", "Requests and use by namespace", columns, rows)


def _by_team(
    settings: ProgramSettings, amounts: Mapping[str, Mapping[str, Series]], hours: int
) -> Table:
    teams: dict[str, dict[str, float]] = {}
    for name, means in _means(amounts, hours).items():
        team = teams.setdefault(settings.team_of.get(name, PLATFORM), dict.fromkeys(AMOUNTS, 0.0))
        for amount, value in means.items():
            team[amount] += value
    ordered = sorted(teams.items(), key=lambda each: (-each[1]["cpu_requested"], each[0]))
    rows = [(name, *_row(each)) for name, each in ordered]
    columns = (Column("Team"), *COLUMNS)
    return Table("capacity-teams", "Requests and use by team", columns, rows)


PLATFORM: Final = "(no team)"
"""Stands for namespaces that belong to no team: those of the platform, and others."""
