"""The smallest number of nodes of a cluster, and the taint of nodes that wait for Cilium."""

from collections.abc import Sequence
from typing import Final

from config.addons.karpenter import NodePool
from config.environment import Environment
from config.sections.cluster_nodes import NodeGroup
from config.types.taint import Taint

CILIUM_NOT_READY: Final = Taint(
    key="node.cilium.io/agent-not-ready", value="true", effect="NoExecute"
)
"""Keeps pods off a new node until Cilium runs on it, which takes the taint away.
https://docs.cilium.io/en/stable/installation/taints/"""

GPU: Final = "nvidia.com/gpu"
"""The resource that pods request GPUs of NVIDIA by, and the key of the taint of their nodes."""

GPU_PRESENT: Final = "nvidia.com/gpu.present"
"""Label of nodes with GPUs, by which the chart of the device plugin finds them."""


def always_has_nodes(environment: Environment, count: int) -> bool:
    """Whether platform pods, which tolerate the system nodes' taint, always have this many nodes.

    Nodes of Karpenter and of EKS Auto Mode do not count, because they are removed again.
    """
    cluster = environment.cluster
    if cluster.auto_mode:
        return False
    others = (group.min_size for group in cluster.node_groups.values() if accepts_workloads(group))
    return cluster.system_nodes.min_size + sum(others) >= count


def accepts_workloads(group: NodeGroup | NodePool) -> bool:
    """Whether pods without tolerations can be scheduled on the nodes of a group or pool."""
    return not any(_blocks_scheduling(taint) for taint in group.taints)


def _blocks_scheduling(taint: Taint) -> bool:
    return taint.effect != "PreferNoSchedule"


def with_startup_taint(environment: Environment, taints: Sequence[Taint]) -> list[Taint]:
    """Taints of nodes, with that of nodes that wait for Cilium where it is on."""
    known = CILIUM_NOT_READY.key in {taint.key for taint in taints}
    wanted = environment.platform.cilium.enabled and not known
    return [*taints, CILIUM_NOT_READY] if wanted else list(taints)
