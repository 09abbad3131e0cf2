"""Whether the vCPU quotas of EC2 have room for the nodes."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from config.derived import machines, pool_types
from config.derived.node_pools import node_pools
from config.types.quantity import quantity
from modules.capacity.report import capacity_report
from runner.check.checks.quotas import increase, limit
from runner.check.checks.service_roles import capacity_types
from runner.check.context import CheckContext
from runner.check.finding import Finding, each
from runner.check.ours import tags_of

_STANDARD: Final = "Standard"

_QUOTAS: Final = {
    _STANDARD: ("L-1216C47A", "L-34B43A08"),
    "DL": ("L-6E869C2A", "L-85EED4F7"),
    "F": ("L-74FC7D96", "L-88CF9481"),
    "G and VT": ("L-DB2E81BA", "L-3819A6DF"),
    "Inf": ("L-1945791B", "L-B5D1601B"),
    "P": ("L-417A185B", "L-7212CCBC"),
    "Trn": ("L-2C3B7624", "L-6B0D517C"),
    "X": ("L-7295265B", "L-E3A00192"),
}
"""Codes of the quotas for on-demand and spot instances, by class.

Standard is A, C, D, H, I, M, R, T and Z.
https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html"""

_CLASSES: Final = {"g": "G and VT", "gr": "G and VT", "vt": "G and VT"} | {
    name.lower(): name for name in ("DL", "F", "Inf", "P", "Trn", "X")
}


@dataclass(frozen=True, order=True)
class Market:
    """A class of instances, bought on demand or as spot instances."""

    instances: str
    spot: bool

    @property
    def code(self) -> str:
        """The quota's code."""
        return _QUOTAS[self.instances][self.spot]

    def __str__(self) -> str:
        return f"vCPUs, {'spot' if self.spot else 'on-demand'}, {self.instances}"


@dataclass
class Demand:
    """What nodes need.

    Attributes:
        first: vCPUs of the nodes that the first apply makes.
        most: the sum of the limits.
    """

    first: int = 0
    most: int = 0


@dataclass
class Demands:
    """All markets that nodes may come from.

    Attributes:
        platform: those of pools on which the platform's own pods run.
    """

    by_market: dict[Market, Demand] = field(default_factory=lambda: defaultdict(Demand))
    platform: set[Market] = field(default_factory=set[Market])


def find(context: CheckContext) -> Iterator[Finding]:
    """Compares each quota, then what the platform's pods need of Karpenter's nodes."""
    demands = Demands()
    _of_groups(context, demands)
    _of_pools(context, demands)
    markets = sorted(demands.by_market)
    yield from each(markets, str, lambda market: _market(context, market, demands))
    if demands.platform:
        yield from each([demands], lambda _: _PODS, lambda found: _platform(context, found))


_PODS: Final = "vCPUs of the platform's pods on Karpenter's nodes"


def _market(context: CheckContext, market: Market, demands: Demands) -> Iterator[Finding]:
    demand = demands.by_market[market]
    value, used = limit(context, "ec2", market.code), _used(context, market)
    found = f"{used} of {value:.0f} used by others"
    needed = f"{demand.first} at first, {demand.most} at most"
    free = value - used
    if demand.first > free:
        first = demand.first + (_of_platform(context) if market in demands.platform else 0)
        request = increase(context, "ec2", market.code, used + first)
        yield Finding("error", str(market), found, needed, f"Either use fewer nodes, or {request}.")
    elif demand.most > free:
        request = increase(context, "ec2", market.code, used + demand.most)
        action = f"Beyond {free:.0f} vCPUs pods stay pending. Lower the limits, or {request}."
        yield Finding("warning", str(market), found, needed, action)
    else:
        yield Finding("ok", str(market), found, needed)


def _platform(context: CheckContext, demands: Demands) -> Iterator[Finding]:
    """The platform is not complete before Karpenter has made nodes for the rest of its pods."""
    needed = _of_platform(context)
    free = {
        market: limit(context, "ec2", market.code)
        - _used(context, market)
        - demands.by_market[market].first
        for market in demands.platform
    }
    best = max(free, key=lambda market: free[market])
    found = f"{max(free[best], 0):.0f} free besides the node groups"
    if free[best] >= needed:
        yield Finding("ok", _PODS, found, str(needed))
        return
    value = _used(context, best) + demands.by_market[best].first + needed
    request = increase(context, "ec2", best.code, value)
    action = f"Without these nodes the platform is not complete: {request}."
    yield Finding("error", _PODS, found, str(needed), action)


def _of_platform(context: CheckContext) -> int:
    """What the platform's pods request on other nodes than the system nodes."""
    return math.ceil(capacity_report(context.environment).requested_elsewhere.cpu)


def _of_groups(context: CheckContext, demands: Demands) -> None:
    for group in context.needs.of("aws_eks_node_group"):
        known = [
            (class_of(name), found.vcpus)
            for name in group.attributes["instance_types"]
            if (found := machines.describe(name))
        ]
        if not known:
            continue
        sizes = group.attributes["scaling_config"]
        spot = group.attributes.get("capacity_type") == "SPOT"
        demand = demands.by_market[Market(known[0][0], spot)]
        demand.first += sizes["desired_size"] * min(vcpus for _, vcpus in known)
        demand.most += sizes["max_size"] * max(vcpus for _, vcpus in known)


def _of_pools(context: CheckContext, demands: Demands) -> None:
    """A pool of several classes counts as one of standard instances, if it may have them."""
    configured = node_pools(context.environment)
    for pool in context.needs.custom_resources("NodePool"):
        name, spec = pool["metadata"]["name"], pool["spec"]
        if name not in configured:
            continue
        classes = {class_of(each) for each in pool_types.candidate_names(configured[name])}
        if _STANDARD in classes:
            classes = {_STANDARD}
        options = [each for each in capacity_types(pool) if each != "reserved"]
        for class_ in classes:
            for option in options:
                market = Market(class_, option == "spot")
                demands.by_market[market].most += math.ceil(quantity(spec["limits"]["cpu"]))
                if not spec["template"]["spec"].get("taints"):
                    demands.platform.add(market)


def _used(context: CheckContext, market: Market) -> int:
    """The vCPUs of the instances of others."""
    filters = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    reservations = context.aws.pages("ec2", "describe_instances", "Reservations", Filters=filters)
    return sum(
        _vcpus(instance)
        for reservation in reservations
        for instance in reservation["Instances"]
        if class_of(instance["InstanceType"]) == market.instances
        and (instance.get("InstanceLifecycle") == "spot") == market.spot
        and not context.ours.has_tags(tags_of(instance.get("Tags", ())))
    )


def _vcpus(instance: dict[str, Any]) -> int:
    options = instance.get("CpuOptions")
    if options:
        return options["CoreCount"] * options["ThreadsPerCore"]
    known = machines.describe(instance["InstanceType"])
    return known.vcpus if known else 0


def class_of(instance_type: str) -> str:
    """The class of an instance type, which its quota is for."""
    letters = re.match(r"[a-z]+", instance_type)
    return _CLASSES.get(letters[0] if letters else "", _STANDARD)
