"""The smallest number of nodes of a cluster."""

from config.environment import Environment
from config.sections.cluster_nodes import NodeGroup
from config.types.taint import Taint


def always_has_nodes(environment: Environment, count: int) -> bool:
    """Whether platform pods, which tolerate the system nodes' taint, always have this many nodes.

    Nodes of Karpenter do not count, because it removes them again.
    """
    cluster = environment.cluster
    others = (group.min_size for group in cluster.node_groups.values() if accepts_workloads(group))
    return cluster.system_nodes.min_size + sum(others) >= count


def accepts_workloads(group: NodeGroup) -> bool:
    """Whether pods without tolerations can be scheduled on the nodes of a group."""
    return not any(_blocks_scheduling(taint) for taint in group.taints)


def _blocks_scheduling(taint: Taint) -> bool:
    return taint.effect != "PreferNoSchedule"
