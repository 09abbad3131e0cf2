"""Cost by namespace and team, from OpenCost's prices."""

from collections import defaultdict
from typing import Final

from .capacity import PLATFORM
from .model import Column, Figure, Section, Table
from .prometheus import Reader, added, by_label
from .settings import ProgramSettings
from .units import NONE, share, usd

PARTS: Final = ("cost_cpu", "cost_memory", "cost_volumes", "cost_load_balancers")

IDLE: Final = "(idle)"
"""Stands for what nodes cost beyond what pods request or use of them."""

DAYS_PER_MONTH: Final = 30.4

COLUMNS: Final = (
    Column("CPU", "usd"),
    Column("Memory", "usd"),
    Column("Volumes", "usd"),
    Column("Load balancers", "usd"),
    Column("Total", "usd", bar=True),
    Column("Share", "share"),
)


def cost(read: Reader, settings: ProgramSettings) -> Section:
    """The section."""
    found, nodes = amounts(read), added(read("cost_nodes"))
    on_nodes = sum(cpu + memory for cpu, memory, *_ in found.values())
    idle = max(nodes.total - on_nodes, 0.0)
    whole = sum(map(sum, found.values())) + idle
    teams: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(PARTS))
    for name, each in found.items():
        team = teams[settings.team_of.get(name, PLATFORM)]
        for index, amount in enumerate(each):
            team[index] += amount
    return Section(
        "cost",
        "Cost",
        "CPU and memory of a pod are the greater of what it requests and what it uses, at the "
        "price of its node; idle is the rest of the nodes. Prices are AWS's public list prices "
        "without discounts, Savings Plans and actual Spot prices. What runs outside of the "
        "cluster, such as NAT gateways, traffic and the control plane, is not in it: see the AWS "
        "bill and docs/cost.md.",
        figures=(_total(whole, len(nodes.values)), _idle(idle, nodes.total)),
        tables=(
            _table("cost-teams", "Cost by team", ("Team",), teams, idle, whole),
            _namespaces(settings, found, idle, whole),
        ),
    )


def amounts(read: Reader) -> dict[str, list[float]]:
    """The cost of each namespace, by the parts in PARTS."""
    parts = [by_label(read(name), "namespace") for name in PARTS]
    names = sorted({name for part in parts for name in part if name})
    return {name: [part[name].total if name in part else 0.0 for part in parts] for name in names}


def _total(whole: float, hours: int) -> Figure:
    if not hours:
        return Figure("Cost", NONE, "no metrics of OpenCost")
    month = whole / hours * 24 * DAYS_PER_MONTH
    return Figure("Cost", usd(whole), f"{usd(month)} a month at this rate")


def _idle(idle: float, nodes: float) -> Figure:
    if not nodes:
        return Figure("Idle", NONE, "no metrics of OpenCost")
    return Figure("Idle", usd(idle), f"{share(idle / nodes)} of the cost of nodes")


def _row(amounts: list[float], whole: float) -> list[float | None]:
    total = sum(amounts)
    return [*amounts, total, total / whole if whole else None]


def _idle_row(idle: float, whole: float) -> list[float | None]:
    return [None, None, None, None, idle, idle / whole if whole else None]


def _table(
    name: str,
    caption: str,
    keys: tuple[str, ...],
    amounts: dict[str, list[float]],
    idle: float,
    whole: float,
) -> Table:
    rows = [(key, *_row(each, whole)) for key, each in amounts.items()]
    rows.sort(key=lambda row: (-sum(amounts[str(row[0])]), row[0]))
    if whole:
        rows.append((IDLE, *_idle_row(idle, whole)))
    return Table(name, caption, (*map(Column, keys), *COLUMNS), rows)


def _namespaces(
    settings: ProgramSettings, amounts: dict[str, list[float]], idle: float, whole: float
) -> Table:
    made = _table(
        "cost-namespaces", "Cost by namespace", ("Namespace", "Team"), amounts, idle, whole
    )
    rows = [(row[0], settings.team_of.get(str(row[0])), *row[1:]) for row in made.rows]
    return Table(made.name, made.caption, made.columns, rows)
