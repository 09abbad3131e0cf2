"""Teams at a glance: what the other sections say of each, in one table."""

from collections.abc import Iterable, Mapping
from typing import Final

from .alerts import firing_hours
from .availability import WORKLOADS_GOOD, ratio, workload_hours
from .capacity import PLATFORM
from .cost import amounts
from .model import Column, Section, Table, Value
from .prometheus import Reader, Series, added, by_label
from .settings import ProgramSettings

COLUMNS: Final = (
    Column("Team"),
    Column("Namespaces", "count"),
    Column("Available", "share", good=WORKLOADS_GOOD),
    Column("Critical alerts", "hours"),
    Column("Warning alerts", "hours"),
    Column("CPU requested", "cores"),
    Column("Memory requested", "bytes"),
)

COST: Final = Column("Cost", "usd", bar=True)


def teams(read: Reader, settings: ProgramSettings) -> Section:
    """The section."""
    wanted, lost = workload_hours(read)
    cpu, memory = (by_label(read(f"{name}_requested"), "namespace") for name in ("cpu", "memory"))
    cost = None if "cost" in settings.left_out else amounts(read)
    hours = max((len(each.values) for each in read("nodes")), default=0)
    others = sorted({*wanted, *cpu} - {*settings.team_of})
    rows: list[list[Value]] = []
    for team, names in (*sorted(settings.teams.items()), (PLATFORM, others)):
        of_team = set(names)
        available = ratio(
            _of(wanted, names),
            added(each for (name, _, _), each in lost.items() if name in of_team),
        )
        row: list[Value] = [
            team,
            len(names),
            available,
            firing_hours(read, "critical", of_team),
            firing_hours(read, "warning", of_team),
            _of(cpu, names).total / max(hours, 1),
            _of(memory, names).total / max(hours, 1),
        ]
        rows.append(row if cost is None else [*row, sum(sum(cost.get(each, ())) for each in names)])
    columns = COLUMNS if cost is None else (*COLUMNS, COST)
    return Section(
        "teams",
        "Teams",
        "The sections below have the figures by namespace. The time of alerts is that in which at "
        "least one of the severity was firing in a namespace of the team.",
        tables=(Table("teams", "Teams at a glance", columns, rows),),
    )


def _of(series: Mapping[str, Series], names: Iterable[str]) -> Series:
    return added(series[name] for name in names if name in series)
