"""Cluster Autoscaler, an alternative to Karpenter (E6)."""

from typing import Final

from config import versions
from config.environment import Environment
from modules.addons.cluster_autoscaler.policy import resize_own_groups
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS, FOR_SERVICES
from modules.helm.traffic import PodTraffic
from modules.helm.workload import Workload
from modules.nodes import CILIUM_NOT_READY
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

SERVICE_ACCOUNT: Final = "cluster-autoscaler"

LABELS: Final = {"app.kubernetes.io/name": "aws-cluster-autoscaler"}
"""The chart prefixes the name with the cloud provider."""

IMAGE: Final = "autoscaling/cluster-autoscaler"
"""It simulates the scheduler, so that its minor version must be the cluster's."""


def _applies(environment: Environment) -> bool:
    return environment.cluster.autoscaler == "cluster_autoscaler"


def _values(context: Context) -> Values:
    """Values; chart https://github.com/kubernetes/autoscaler/tree/master/charts/cluster-autoscaler."""
    environment = context.environment
    settings = environment.platform.cluster_autoscaler
    account = {"name": SERVICE_ACCOUNT, "annotations": context.role_annotations}
    return {
        # A name of the Deployment and its RBAC without the cloud provider.
        "fullnameOverride": "cluster-autoscaler",
        "cloudProvider": "aws",
        "awsRegion": environment.region,
        "autoDiscovery": {"clusterName": environment.cluster_name},
        "image": {"tag": versions.image(IMAGE, environment.cluster.version)},
        "rbac": {"serviceAccount": account},
        "replicaCount": settings.replicas,
        "extraArgs": {
            "balance-similar-node-groups": True,
            "expander": settings.expander,
            "scale-down-unneeded-time": f"{settings.unneeded_minutes}m",
            "skip-nodes-with-system-pods": False,
            **_startup_taints(environment),
        },
        "serviceMonitor": {"enabled": metrics_on(environment), "namespace": context.namespace},
        "resources": resources("100m", "600Mi"),
        "tolerations": SYSTEM_TOLERATIONS,
        "topologySpreadConstraints": spread(LABELS),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65534,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containerSecurityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }


def _startup_taints(environment: Environment) -> dict[str, str]:
    """Temporary taints, which must not make it assume that pods cannot be scheduled.

    Source: https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-are-the-parameters-to-ca
    """
    return {"startup-taint": CILIUM_NOT_READY.key} if environment.platform.cilium.enabled else {}


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    return (PodTraffic("autoscaler", LABELS, api=True, aws=True, metrics=(8085,)),)


ADDON: Final = Addon(
    name="cluster-autoscaler",
    chart="cluster-autoscaler",
    namespace="cluster-autoscaler",
    summary="Scales node groups by pods that cannot be scheduled.",
    values=_values,
    requires=(FOR_SERVICES, FOR_MONITORS),
    applies=_applies,
    service_account=SERVICE_ACCOUNT,
    policies=resize_own_groups,
    helm=Helm(timeout_seconds=300, reason="It runs on the system nodes, which exist already."),
    images={"image.repository": f"{{registry}}/{IMAGE}"},
    workloads=(Workload("autoscaler", ("resources",), "replicaCount"),),
    traffic=_traffic,
    notes=(
        "Installed where `cluster.autoscaler` is `cluster_autoscaler`. It finds the managed node "
        "groups of `cluster.node_groups` by the tags that EKS sets, and scales between their "
        "minimum and maximum size."
    ),
)

ADDONS: Final = (ADDON,)
