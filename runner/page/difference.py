"""What differs between two environments."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from config.derived.ip_plan import LABELS
from runner.bill.compare import BillChange, changes
from runner.page.facts import Facts

IDENTITY: Final = frozenset({"name", "account", "region", "extends"})
"""Settings that two environments cannot share, that the heading names, or that change nothing."""


@dataclass(frozen=True)
class ComparedRow:
    """What differs.

    Attributes:
        before: in the other environment; empty where it does not have it.
        after: in this one; empty likewise.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Subject:
    """A subject with its rows; none where both environments are the same in it."""

    title: str
    rows: tuple[ComparedRow, ...]


@dataclass(frozen=True)
class Resources:
    """The resources of a stack that only one has, or that both have with other arguments."""

    stack: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class PageDifference:
    """The difference to another environment.

    Attributes:
        name: how the output names the other one.
        bill: what costs something else.
        sums: USD per month of the other one and of this one.
    """

    name: str
    subjects: tuple[Subject, ...]
    resources: tuple[Resources, ...]
    bill: tuple[BillChange, ...]
    sums: tuple[Decimal, Decimal]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (any(each.rows for each in self.subjects) or self.resources or self.bill)


def difference(before: Facts, after: Facts, name: str) -> PageDifference:
    """Compares two environments.

    Args:
        before: the other environment.
        name: how the output names it.
    """
    subjects = tuple(
        Subject(title, tuple(_rows(read(before), read(after)))) for title, read in _SUBJECTS.items()
    )
    return PageDifference(
        name,
        subjects,
        tuple(_resources(before, after)),
        tuple(changes(before.bill, after.bill)),
        (before.bill.total, after.bill.total),
    )


def _rows(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[ComparedRow]:
    for key in dict.fromkeys((*after, *before)):
        sides = before.get(key, ""), after.get(key, "")
        if sides[0] != sides[1]:
            yield ComparedRow(key, *sides)


def _resources(before: Facts, after: Facts) -> Iterator[Resources]:
    old, new = before.resources, after.resources
    stacks = dict.fromkeys(key.partition(" ")[0] for key in (*new, *old))
    for stack in stacks:
        own = [_of_stack(each, stack) for each in (old, new)]
        added = tuple(key for key in own[1] if key not in own[0])
        removed = tuple(key for key in own[0] if key not in own[1])
        both = [key for key in own[1] if key in own[0]]
        changed = tuple(key for key in both if own[0][key] != own[1][key])
        if added or removed or changed:
            yield Resources(stack, added, removed, changed)


def _of_stack(resources: Mapping[str, Any], stack: str) -> dict[str, Any]:
    """The resources of a stack by address, without where they are in the program."""
    return {
        key.partition(" ")[2]: {name: value for name, value in body.items() if name != "//"}
        for key, body in resources.items()
        if key.partition(" ")[0] == stack
    }


def _settings(facts: Facts) -> dict[str, str]:
    document = facts.environment.model_dump(mode="json", exclude=set(IDENTITY))
    return dict(_leaves(document, ""))


def _leaves(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    elif node is not None and node != []:
        yield path, node if isinstance(node, str) else json.dumps(node, ensure_ascii=False)


def _subnets(facts: Facts) -> dict[str, str]:
    own = {f"{LABELS[each.tier]} {each.zone}": str(each.cidr) for each in facts.plan.subnets}
    return {"VPC": ", ".join(map(str, facts.plan.cidrs)), **own}


def _software(facts: Facts) -> dict[str, str]:
    own = {f"{each.kind} {each.name}": each.version for each in facts.software}
    return {"Kubernetes": facts.environment.cluster.version, **own}


def _capacity(facts: Facts) -> dict[str, str]:
    addresses = facts.addresses
    nodes = {f"Most nodes of {each.name}": str(each.nodes) for each in addresses.counts}
    return {
        "System nodes": str(facts.capacity["system_nodes"]["count"]),
        **nodes,
        "/28 prefixes of pods": str(addresses.there_prefixes),
        "Addresses of nodes": str(addresses.there_addresses),
    }


def _connections(facts: Facts) -> dict[str, str]:
    return facts.connections.pairs()


def _protected(facts: Facts) -> dict[str, str]:
    return {f"{each.stack} {each.address}": ", ".join(each.reasons) for each in facts.protected}


_SUBJECTS: Final = {
    "Settings": _settings,
    "Addresses": _subnets,
    "Versions": _software,
    "Capacity": _capacity,
    "Who reaches whom": _connections,
    "Protected": _protected,
}
