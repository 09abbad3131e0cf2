"""The nodes of an environment as Node objects: labels, taints and sizes of the real ones."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any, Final

from config.addons.karpenter import NodeClass, NodePool
from config.derived.machines import allocatable
from config.derived.node_pools import node_pools
from config.environment import Environment
from config.sections.cluster_nodes import NodeGroup, Nodes
from config.types.quantity import Amount
from config.types.taint import Taint
from modules.cluster.node_group import GROUP_LABEL, SYSTEM_TAINT
from rules.cluster.nodes import SYSTEM
from tools.kubernetes.cluster import SIMULATED

ARCHITECTURES: Final = {"x86_64": "amd64", "arm64": "arm64"}
"""EKS's words for architectures, and those of node labels."""

EXAMPLE_TYPES: Final = {"amd64": "m6i.2xlarge", "arm64": "m7g.2xlarge"}
"""What a pool launches here unless it names types: Karpenter takes what is cheap that day."""


def nodes_of(environment: Environment, *, per_zone: int = 1) -> list[dict[str, Any]]:
    """The node groups at their desired size, and nodes that Karpenter may have launched.

    Args:
        environment: the environment.
        per_zone: how many nodes of each Karpenter pool are in each of its zones.
    """
    return [*_of_groups(environment), *_of_pools(environment, per_zone)]


def zone_of(node: Mapping[str, Any]) -> str:
    """The Availability Zone of a node."""
    return node["metadata"]["labels"]["topology.kubernetes.io/zone"]


def _of_groups(environment: Environment) -> Iterator[dict[str, Any]]:
    system = environment.cluster.system_nodes
    groups: dict[str, Nodes] = {} if environment.cluster.auto_mode else {SYSTEM: system}
    groups |= environment.cluster.node_groups
    for name, nodes in groups.items():
        further = nodes if isinstance(nodes, NodeGroup) else None
        zones = (further and further.zones) or environment.network.availability_zones
        labels = {**(further.labels if further else {}), GROUP_LABEL: name}
        taints = further.taints if further else [SYSTEM_TAINT]
        # EKS spreads a group's nodes evenly over its zones.
        for number, zone in zip(range(nodes.desired_size), cycle(sorted(zones)), strict=False):
            yield _node(
                f"{name}-{number}",
                environment.region + zone,
                nodes,
                labels={
                    **labels,
                    "eks.amazonaws.com/nodegroup": name,
                    "eks.amazonaws.com/capacityType": (
                        further.capacity if further else "on_demand"
                    ).upper(),
                },
                taints=taints,
            )


def _of_pools(environment: Environment, per_zone: int) -> Iterator[dict[str, Any]]:
    if environment.cluster.autoscaler != "karpenter":
        return
    karpenter = environment.platform.karpenter
    for name, pool in node_pools(environment).items():
        class_ = karpenter.classes[pool.node_class]
        zones = sorted(pool.zones or environment.network.availability_zones)
        for zone in zones:
            for number in range(per_zone):
                yield _node(
                    f"{name}-{zone}-{number}",
                    environment.region + zone,
                    _machine(pool, class_),
                    labels={
                        **pool.labels,
                        "karpenter.sh/nodepool": name,
                        "karpenter.sh/capacity-type": pool.capacity_types[0],
                    },
                    # Startup taints are gone once a node takes pods.
                    taints=pool.taints,
                )


def _machine(pool: NodePool, class_: NodeClass) -> Nodes:
    """The machines of a pool in the words of a node group."""
    architecture = pool.architectures[0]
    type_ = pool.instance_types[0] if pool.instance_types else EXAMPLE_TYPES[architecture]
    return Nodes(
        ami=class_.ami,
        architecture="arm64" if architecture == "arm64" else "x86_64",
        instance_types=[type_],
        max_pods=class_.max_pods,
    )


def _node(
    name: str, zone: str, nodes: Nodes, *, labels: Mapping[str, str], taints: Sequence[Taint]
) -> dict[str, Any]:
    type_ = nodes.instance_types[0]
    offered = allocatable(type_, nodes)
    if offered is None:
        raise ValueError(f"the size of {type_} is not known here")
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": dict(SIMULATED),
            "labels": {
                **labels,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": ARCHITECTURES[nodes.architecture],
                "kubernetes.io/hostname": name,
                "node.kubernetes.io/instance-type": type_,
                "topology.kubernetes.io/region": zone[:-1],
                "topology.kubernetes.io/zone": zone,
            },
        },
        "spec": {"taints": [_taint(taint) for taint in taints]},
        "status": {"allocatable": _resources(offered), "capacity": _resources(offered)},
    }


def _taint(taint: Taint) -> dict[str, str]:
    return {"key": taint.key, "value": taint.value, "effect": taint.effect}


def _resources(amount: Amount) -> dict[str, str]:
    return {
        "cpu": f"{int(amount.cpu * 1000)}m",
        "memory": str(int(amount.memory)),
        "pods": str(amount.pods),
        "ephemeral-storage": "40Gi",
    }
