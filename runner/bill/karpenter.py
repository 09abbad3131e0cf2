"""How many nodes Karpenter or EKS Auto Mode launches, and their costs: assumed, and at limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from config.addons.karpenter import DEFAULT, NodeClass, NodePool
from config.derived.machines import allocatable, describe
from config.derived.pool_types import candidate_names
from config.environment import Environment
from config.sections.cluster_nodes import Nodes
from config.types.quantity import MEBIBYTE, Amount, quantity
from modules.capacity.addresses import size_and_count
from modules.capacity.report import capacity_report
from runner.bill.lines import Item, Pool, cents
from runner.bill.prices import Price, Rates, RegionPrices
from runner.bill.types.cluster import volume_items
from runner.bill.use import MONTH

ASSUMED: Final = "workloads"


@dataclass(frozen=True)
class Need:
    """What pods request of a pool.

    Attributes:
        requests: requests of the platform's pods that run elsewhere than on the system nodes, and
            of the assumed workloads.
        largest: what the largest of the platform's pods request.
        zones: in how many zones the pods of the platform have a replica each.
        on_each: requests of the pods that run on every node.
        kind: the settings of a node.
        filled: which share of a node requests fill.
    """

    requests: Amount
    largest: Amount
    zones: int
    on_each: Amount
    kind: Nodes
    filled: Decimal

    @classmethod
    def of(cls, environment: Environment, pool: NodePool, node_class: NodeClass) -> "Need":
        """The need of a pool that runs all pods that select no other."""
        report, workloads = capacity_report(environment), environment.bill.workloads
        own = Amount(quantity(workloads.cpu or 0), quantity(workloads.memory or 0))
        elsewhere = [each for each in report.pods if each.where == "other nodes" and not each.job]
        largest = Amount()
        for each in elsewhere:
            largest = largest.larger(each.each)
        zones = len(pool.zones or environment.network.availability_zones)
        settings = {"ami": node_class.ami, "max_pods": node_class.max_pods}
        return cls(
            requests=report.requested_elsewhere + own,
            largest=largest,
            zones=min(zones, max((each.replicas for each in elsewhere), default=0)),
            on_each=report.per_node,
            kind=environment.cluster.system_nodes.model_copy(update=settings),
            filled=Decimal(environment.bill.utilization_percent) / 100,
        )

    def nodes(self, type_: str) -> int | None:
        """How many nodes of a type there are for it; None where a pod does not fit on one."""
        node = allocatable(type_, self.kind)
        room = None if node is None else node - self.on_each
        if room is None or room.cpu <= 0 or room.memory <= 0 or not self.largest.fits_in(room):
            return None
        shares = (self.requests.cpu / room.cpu, self.requests.memory / room.memory)
        nodes = (max(shares) / self.filled).to_integral_value(ROUND_CEILING)
        return max(int(nodes), self.zones)


@dataclass(frozen=True)
class PoolNodes:
    """The nodes of a pool that a bill counts.

    Attributes:
        instance_type: the type with which the nodes for the pods cost least; where none are
            calculated, the cheapest of the size that `make capacity` counts the pool with. Empty
            where none has a price in the region.
        nodes: number of nodes that the requests of pods, or `bill.karpenter_nodes`, result in.
        most: number of nodes of this type that the limits of the pool allow.
        assumed: the setting of `bill` that the number comes from.
    """

    name: str
    pool: NodePool
    node_class: NodeClass
    instance_type: str
    nodes: int
    most: int
    assumed: str

    @property
    def vcpus(self) -> int:
        """Processors of all nodes that are counted."""
        found = describe(self.instance_type)
        return self.nodes * found.vcpus if found else 0

    def items(self, environment: Environment) -> Iterator[Item]:
        """Hours of instances, on demand and Spot, the fee of EKS Auto Mode, and the volumes."""
        if not self.nodes:
            return
        bill, nodes = environment.bill, Decimal(self.nodes)
        hours = nodes * bill.node_hours
        if not self.instance_type:
            yield Item("nodes of unknown type", "ec2.unknown_type", hours, self.assumed)
            return
        spot = hours * self._spot_percent(bill.spot_percent) / 100
        type_ = self.instance_type
        if hours - spot:
            yield Item(type_, "", hours - spot, self.assumed, instance=type_)
        if spot:
            yield Item(f"{type_} Spot", "", spot, self.assumed, instance=type_, spot=True)
        if environment.cluster.auto_mode:
            yield Item("fee of EKS Auto Mode", "", hours, self.assumed, instance=type_, fee=True)
        share = Decimal(bill.node_hours) / MONTH
        for each in volume_items(self.volume, nodes * share):
            yield Item(each.what, each.price, each.quantity, self.assumed)

    @property
    def volume(self) -> dict[str, Any]:
        """The volume of a node, as a launch template has it."""
        own = self.node_class
        return {
            "volume_size": own.volume_gib,
            "iops": own.volume_iops,
            "throughput": own.volume_throughput,
        }

    def _spot_percent(self, percent: int) -> int:
        if "spot" not in self.pool.capacity_types:
            return 0
        return percent if len(self.pool.capacity_types) > 1 else 100


def pools(environment: Environment, prices: RegionPrices) -> list[PoolNodes]:
    """The pools of Karpenter, each with its nodes; none with another autoscaler."""
    karpenter = environment.platform.karpenter
    if environment.cluster.autoscaler != "karpenter":
        return []
    found: list[PoolNodes] = []
    classes, main = karpenter.classes, _for_workloads(karpenter.pools)
    for name, pool in karpenter.pools.items():
        if pool.node_class not in classes:
            continue
        node_class, wanted = classes[pool.node_class], environment.bill.karpenter_nodes.get(name)
        if wanted is None and name == main:
            need = Need.of(environment, pool, node_class)
            type_, needed = _for_pods(pool, need, prices)
        else:
            type_, needed = _of_the_counted_size(pool, prices), 0
        most = _most(pool, type_)
        nodes = min(needed, most) if wanted is None else wanted
        assumed = ASSUMED if wanted is None else f"karpenter_nodes.{name}"
        found.append(PoolNodes(name, pool, node_class, type_, nodes, most, assumed))
    return found


def summaries(
    nodes: Sequence[PoolNodes], prices: RegionPrices, environment: Environment
) -> tuple[Pool, ...]:
    """The pools as a bill shows them: what is assumed, and what their limits allow."""
    volume = prices.get("ebs.gp3_gib_month")
    found: list[Pool] = []
    for each in nodes:
        price = prices.instance(each.instance_type)
        hourly = [price] if price else []
        if price and environment.cluster.auto_mode:
            hourly.append(Rates().auto_mode(price, each.instance_type))
        amount = None if price is None or volume is None else _at_limits(each, hourly, volume)
        found.append(Pool(each.name, each.instance_type, each.nodes, each.most, amount))
    return tuple(found)


def _at_limits(nodes: PoolNodes, hourly: Sequence[Price], volume: Price) -> Decimal:
    instances = sum(each.amount(MONTH * nodes.most) for each in hourly)
    return cents(instances + volume.amount(Decimal(nodes.most * nodes.node_class.volume_gib)))


def _for_workloads(pools: dict[str, NodePool]) -> str:
    """The pool that Karpenter tries first for pods that tolerate nothing and select nothing."""
    untainted = [name for name, pool in pools.items() if not pool.taints]
    if not untainted:
        return ""
    return max(untainted, key=lambda name: (pools[name].weight or 0, name == DEFAULT))


def _for_pods(pool: NodePool, need: Need, prices: RegionPrices) -> tuple[str, int]:
    """The type with which the nodes for pods cost least, and how many they are."""
    if not (need.requests.cpu or need.requests.memory):
        return _of_the_counted_size(pool, prices), 0
    priced: list[tuple[Decimal, int, str]] = []
    for name in candidate_names(pool):
        nodes, price = need.nodes(name), prices.instance(name)
        if nodes is not None and price:
            priced.append((nodes * price.first, nodes, name))
    if not priced:
        return "", max(need.zones, 1)
    _, nodes, type_ = min(priced)
    return type_, nodes


def _of_the_counted_size(pool: NodePool, prices: RegionPrices) -> str:
    vcpus, _ = size_and_count(pool)
    priced: list[tuple[Decimal, str]] = []
    for name in candidate_names(pool):
        known, price = describe(name), prices.instance(name)
        if known and price and known.vcpus == vcpus:
            priced.append((price.first, name))
    return min(priced)[1] if priced else ""


def _most(pool: NodePool, type_: str) -> int:
    known = describe(type_)
    if known is None:
        return size_and_count(pool)[1]
    memory = quantity(pool.limits.memory) / MEBIBYTE
    return int(min(quantity(pool.limits.cpu) // known.vcpus, memory // known.memory_mib))
