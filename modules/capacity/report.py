"""The platform's requests, compared with the allocatable capacity of its nodes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from config.derived.machines import allocatable, larger_types, smallest
from config.derived.node_pools import node_pools
from config.environment import Environment
from config.sections.cluster_nodes import Nodes
from config.types.quantity import Amount, quantity
from modules.capacity.pods import Pods, pods
from modules.nodes import accepts_workloads


@dataclass(frozen=True)
class CapacityReport:
    """The capacity of an environment.

    The system nodes count with `desired_size`, each as the smallest of its instance types. Pods on
    every node are subtracted from each node; the rest is compared as sums, and each single pod must
    fit on a node.

    Attributes:
        pods: the pods.
        nodes: the system node group.
        count: number of its nodes; 0 in EKS Auto Mode, where pools are the only limit.
        node: allocatable capacity of a node; None where its instance types are not known.
        other_nodes_limit: limits of Karpenter's node pools; None without Karpenter.
        other_nodes: the fewest nodes of other groups on which the platform's pods may also run.
        zones: number of zones that the system nodes are in.
    """

    pods: tuple[Pods, ...]
    nodes: Nodes
    count: int
    node: Amount | None
    other_nodes_limit: Amount | None
    other_nodes: int = 0
    zones: int = 1

    @property
    def per_node(self) -> Amount:
        """Requests of the pods that run on every node."""
        return _sum(kind.each for kind in self.pods if kind.where == "every node")

    @property
    def requested(self) -> Amount:
        """Requests of the pods on the system nodes, and of the largest Job."""
        system = [kind for kind in self.pods if kind.where == "system nodes"]
        jobs = Amount()
        for kind in system:
            if kind.job:
                jobs = jobs.larger(kind.each)
        steady = _sum(kind.total for kind in system if not kind.job)
        return steady + jobs

    @property
    def requested_elsewhere(self) -> Amount:
        """Requests of the pods that do not run on the system nodes."""
        return _sum(kind.total for kind in self.pods if kind.where == "other nodes")

    @property
    def too_large(self) -> Pods | None:
        """Pods of which a single one does not fit on a node."""
        if self.node is None:
            return None
        room = self.node - self.per_node
        system = (kind for kind in self.pods if kind.where == "system nodes")
        return next((kind for kind in system if not kind.each.fits_in(room)), None)

    @property
    def available(self) -> Amount | None:
        """Capacity of all system nodes without the pods on every node."""
        return None if self.node is None else (self.node - self.per_node) * self.count

    @property
    def fits(self) -> bool:
        """Whether the pods fit on the system nodes; true where their capacity is not known."""
        available = self.available
        return available is None or (self.requested.fits_in(available) and self.too_large is None)

    @property
    def fits_without_one(self) -> bool:
        """Whether they all run on one node less."""
        return self.sums_fit_without_one and not self.waiting_without_one

    @property
    def sums_fit_without_one(self) -> bool:
        """Whether one node less has what they request."""
        return replace(self, count=self.count - 1).fits

    @property
    def waiting_without_one(self) -> list[tuple[Pods, int]]:
        """Pods that cannot use the remaining nodes although they have room, and how many of each.

        Each of several pods must have a node of its own, or a pod has a volume in the zone of the
        lost node.
        """
        left = self.count - 1 + self.other_nodes
        lonely_zone = self.count < 2 * self.zones
        found: list[tuple[Pods, int]] = []
        for kind in self.pods:
            if kind.where != "system nodes":
                continue
            waiting = max(0, kind.replicas - left) if kind.apart else 0
            if kind.volume and lonely_zone:
                waiting = max(waiting, 1)
            if waiting:
                found.append((kind, waiting))
        return found

    @property
    def fits_elsewhere(self) -> bool:
        """Whether the other pods fit in the limits of Karpenter's node pools."""
        limit = self.other_nodes_limit
        requested = self.requested_elsewhere
        if not self.count:
            requested = requested + self.requested
        requested = replace(requested, pods=0)
        return limit is None or requested.fits_in(limit)

    def smallest_count(self, most: int) -> int | None:
        """The smallest number of nodes of this type on which the pods fit, up to `most`."""
        counts = range(self.count, most + 1)
        return next((count for count in counts if replace(self, count=count).fits), None)

    def smallest_type(self) -> str | None:
        """The smallest instance type of the same family on which they fit, with as many nodes."""
        first = self.nodes.instance_types[0]
        for larger in larger_types(first):
            if replace(self, node=allocatable(larger, self.nodes)).fits:
                return larger
        return None


def capacity_report(environment: Environment) -> CapacityReport:
    """Calculates the capacity of an environment.

    Raises:
        QuantityError: a request in the user's values is no quantity.
    """
    nodes = environment.cluster.system_nodes
    others = environment.cluster.node_groups.values()
    auto_mode = environment.cluster.auto_mode
    return CapacityReport(
        pods=tuple(pods(environment)),
        nodes=nodes,
        count=0 if auto_mode else nodes.desired_size,
        node=None if auto_mode else smallest(nodes),
        other_nodes_limit=_limit(environment),
        other_nodes=sum(group.min_size for group in others if accepts_workloads(group)),
        zones=len(environment.network.availability_zones),
    )


def _limit(environment: Environment) -> Amount | None:
    pools = node_pools(environment)
    if environment.cluster.autoscaler != "karpenter" or not pools:
        return None
    limits = (pool.limits for pool in pools.values())
    return _sum(Amount(quantity(limit.cpu), quantity(limit.memory)) for limit in limits)


def _sum(amounts: Iterable[Amount]) -> Amount:
    return sum(amounts, Amount())
