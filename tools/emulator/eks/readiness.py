"""When nodes and add-ons become active: what must be in the cluster before.

Real nodes stay not ready until a CNI and kube-proxy run on them, and an add-on with a Deployment
stays degraded until there is a node to run it. A configuration that makes them in the wrong order
waits until Terraform gives up, on AWS as here.
Sources: https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html (not ready nodes),
https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html (degraded without nodes)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tools.emulator.eks.clusters import EmulatedCluster
    from tools.emulator.eks.state import EksState

# Add-ons that consist of DaemonSets are complete on a cluster without nodes; these are not.
_NEED_NODES = frozenset(
    {
        "amazon-cloudwatch-observability",
        "aws-ebs-csi-driver",
        "aws-efs-csi-driver",
        "coredns",
        "metrics-server",
        "snapshot-controller",
    }
)
_NETWORKING = ("vpc-cni", "kube-proxy")


def nodes_join(cluster: EmulatedCluster, state: EksState) -> bool:
    """Whether new nodes of the cluster become ready."""
    if cluster.bootstrap_self_managed_addons or (cluster.compute_config or {}).get("enabled"):
        return True
    return all((cluster.name, addon) in state.addons for addon in _NETWORKING)


def has_ready_nodes(cluster: EmulatedCluster, state: EksState) -> bool:
    """Whether a Deployment would find a node in the cluster."""
    groups: Any = cluster.nodegroups.values()
    nodes = any(group.scaling_config["desiredSize"] > 0 for group in groups)
    auto_mode = bool((cluster.compute_config or {}).get("enabled"))
    joined = nodes and nodes_join(cluster, state)
    return joined or auto_mode or bool(cluster.fargate_profiles)


def addon_issues(addon: str, cluster: EmulatedCluster, state: EksState) -> list[dict[str, Any]]:
    """Lists what keeps an add-on from being active, in the form of the API."""
    if addon not in _NEED_NODES or has_ready_nodes(cluster, state):
        return []
    return [
        {
            "code": "InsufficientNumberOfReplicas",
            "message": "The add-on is unhealthy because it doesn't have the desired number of "
            "replicas.",
            "resourceIds": [],
        }
    ]
