"""Whether there are addresses for as many nodes as an environment allows, and for their pods."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.addons.karpenter import NodePool
from config.derived import ip_plan, pool_types
from config.derived.ip_plan import prefixes_of_node
from config.derived.node_pools import node_pools
from config.environment import Environment
from config.problem import Path
from config.types.quantity import MEBIBYTE, quantity
from modules.network.endpoint_services import interface_services

POOLS: Final[Path] = ("platform", "karpenter", "node_pools")

COUNTED_VCPUS: Final = 8
"""Karpenter chooses the size of its nodes. With 8 vCPUs, 110 pods are 14 for each vCPU; smaller
nodes are more, with fewer pods each."""

NODE_ADDRESSES: Final = 2
"""Addresses of a node in its private subnet: its own, and that of the interface for pods with
security groups, which is counted also where there are none."""

LOAD_BALANCER_ADDRESSES: Final = 8
"""Addresses that Elastic Load Balancing wants free in a subnet.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""


@dataclass(frozen=True)
class NodeCount:
    """The nodes of a group or a pool, as many as its size or its limits allow.

    Attributes:
        path: the setting of the group or the pool.
        name: its name.
        nodes: number of nodes.
        max_pods: pods on each of them.
        zones: letters of their zones.
        vcpus: for which size of nodes a pool is counted; 0 for a group.
    """

    path: Path
    name: str
    nodes: int
    max_pods: int
    zones: tuple[str, ...]
    vcpus: int = 0

    @property
    def prefixes_each(self) -> int:
        """Prefixes of a node with `max_pods` pods."""
        return prefixes_of_node(self.max_pods)

    @property
    def prefixes(self) -> int:
        """Prefixes of all nodes."""
        return self.nodes * self.prefixes_each

    @property
    def addresses(self) -> int:
        """Addresses of all nodes in private subnets."""
        return self.nodes * NODE_ADDRESSES


@dataclass(frozen=True)
class AddressReport:
    """The addresses of an environment, and the nodes that it allows.

    Attributes:
        counts: the nodes of all groups and pools, the system nodes first.
        prefixes: /28 prefixes of the pod subnets, by zone letter.
        node_addresses: addresses for nodes in the private subnets, by zone letter.
        pods_with_groups: pods with security groups, as many as quotas of their namespaces allow.
            Each has an address in a private subnet.
    """

    counts: tuple[NodeCount, ...]
    prefixes: Mapping[str, int]
    node_addresses: Mapping[str, int]
    pods_with_groups: int = 0

    @property
    def held_prefixes(self) -> int:
        """Prefixes of all nodes."""
        return sum(count.prefixes for count in self.counts)

    @property
    def held_addresses(self) -> int:
        """Addresses of all nodes, and of pods with security groups, in private subnets."""
        return sum(count.addresses for count in self.counts) + self.pods_with_groups

    @property
    def there_prefixes(self) -> int:
        """Prefixes of all pod subnets."""
        return sum(self.prefixes.values())

    @property
    def there_addresses(self) -> int:
        """Addresses for nodes in all private subnets."""
        return sum(self.node_addresses.values())

    @property
    def least_prefixes(self) -> int:
        """Prefixes of the pod subnets without the zone that has most of them."""
        return self.there_prefixes - max(self.prefixes.values())

    @property
    def least_addresses(self) -> int:
        """Addresses for nodes without the zone that has most of them."""
        return self.there_addresses - max(self.node_addresses.values())

    @property
    def fits(self) -> bool:
        """Whether there are addresses for all nodes and their pods."""
        return (
            self.held_prefixes <= self.there_prefixes
            and self.held_addresses <= self.there_addresses
        )

    @property
    def fits_without_zone(self) -> bool:
        """Whether there still are after the loss of one zone."""
        return (
            self.held_prefixes <= self.least_prefixes
            and self.held_addresses <= self.least_addresses
        )


def address_report(environment: Environment) -> AddressReport:
    """Counts the addresses of an environment and the nodes that it allows."""
    plan = ip_plan.plan(environment.network)
    # One of each in every zone.
    others = len(interface_services(environment)) + LOAD_BALANCER_ADDRESSES
    others += environment.cluster.efs.enabled + environment.edge.inspection.enabled
    return AddressReport(
        counts=tuple(_counts(environment)),
        prefixes={zone: subnet.assignable_prefixes for zone, subnet in plan.used("pods").items()},
        node_addresses={
            zone: max(subnet.usable_addresses - others, 0)
            for zone, subnet in plan.tier("private").items()
        },
        pods_with_groups=sum(pods for _, pods in pods_with_groups(environment)),
    )


def pods_with_groups(environment: Environment) -> Iterator[tuple[Path, int]]:
    """The namespaces that give pods security groups, and how many pods their quotas allow."""
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            if namespace.security_groups:
                path = ("teams", team, "namespaces", name, "security_groups")
                yield path, namespace.quota.pods


def _counts(environment: Environment) -> Iterator[NodeCount]:
    cluster, all_zones = environment.cluster, tuple(environment.network.availability_zones)
    if not cluster.auto_mode:
        system, path = cluster.system_nodes, ("cluster", "system_nodes")
        yield NodeCount(path, "system", system.max_size, system.max_pods, all_zones)
    for name, group in cluster.node_groups.items():
        zones = tuple(group.zones) or all_zones
        path = ("cluster", "node_groups", name)
        yield NodeCount(path, name, group.max_size, group.max_pods, zones)
    if cluster.autoscaler != "karpenter":
        return
    classes = environment.platform.karpenter.classes
    for name, pool in node_pools(environment).items():
        vcpus, nodes = size_and_count(pool)
        if nodes and pool.node_class in classes:
            zones = tuple(pool.zones) or all_zones
            max_pods = classes[pool.node_class].max_pods
            yield NodeCount((*POOLS, name), name, nodes, max_pods, zones, vcpus)


def size_and_count(pool: NodePool) -> tuple[int, int]:
    """The size that a pool's nodes are counted with, and how many its limits allow of it.

    Of the pool's types it is the size that is nearest to COUNTED_VCPUS. A pool of types that the
    table does not have is not counted.
    """
    cpu, memory = quantity(pool.limits.cpu), quantity(pool.limits.memory) / MEBIBYTE
    sizes = {(found.vcpus, found.memory_mib) for found in pool_types.candidates(pool)}
    if not sizes:
        return 0, 0
    vcpus = min((vcpus for vcpus, _ in sizes), key=lambda each: (abs(each - COUNTED_VCPUS), each))
    least = min(mib for each, mib in sizes if each == vcpus)
    return vcpus, int(min(cpu // vcpus, memory // least))
