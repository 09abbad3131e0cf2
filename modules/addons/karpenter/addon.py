"""Karpenter: its kinds, its controller, and the machines it may launch (requirements E2, E3)."""

from collections.abc import Sequence
from typing import Final

from config.derived.limits import ROLE_NAME, shorten
from config.environment import Environment
from modules.addons.karpenter.resources import node_class, node_pool
from modules.helm.contract import ROLE_ANNOTATION, Addon, Context, Helm, Manifest, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import SYSTEM_TOLERATIONS, ZONE, spread
from modules.helm.workload import Workload
from modules.karpenter.names import KarpenterNames

SYSTEM_NODES: Final = {"node-group": "system"}
"""Label of the nodes that `cluster.system_nodes` makes."""


def _applies(environment: Environment) -> bool:
    return environment.cluster.autoscaler == "karpenter"


def _names(environment: Environment) -> KarpenterNames:
    return KarpenterNames.of(environment, environment.cluster_name)


def _values(context: Context) -> Values:
    """Values; chart https://karpenter.sh/docs/reference/settings/.

    * The controller stays off the nodes that it makes and may take away.
    * It asks the VPC's resolver: CoreDNS may be waiting for a node of its.
    * In a VPC without a way to the internet it does not ask for prices, which have no endpoint.
    """
    environment = context.environment
    names = _names(environment)
    return {
        "replicas": 2,
        "serviceAccount": {"annotations": _role_annotations(environment)},
        "settings": {
            "clusterName": environment.cluster_name,
            "interruptionQueue": names.queue,
            "isolatedVPC": environment.network.nat == "none",
            "enableZonalShift": environment.cluster.zonal_shift,
        },
        "dnsPolicy": "Default",
        "nodeSelector": SYSTEM_NODES,
        "tolerations": SYSTEM_TOLERATIONS,
        "topologySpreadConstraints": spread({}, ZONE),
        "serviceMonitor": {"enabled": metrics_on(environment)},
        "controller": {
            "resources": {
                "requests": {"cpu": "500m", "memory": "1Gi"},
                "limits": {"memory": "1Gi"},
            }
        },
    }


def _role_annotations(environment: Environment) -> dict[str, str]:
    """The controller's role is the cluster stack's; its name is known."""
    if environment.cluster.identity != "irsa":
        return {}
    role = shorten(_names(environment).controller_role, ROLE_NAME)
    return {ROLE_ANNOTATION: f"arn:{environment.partition}:iam::{environment.account}:role/{role}"}


def _resources(context: Context) -> Sequence[Manifest]:
    settings = context.environment.platform.karpenter
    return (
        *(node_class(context, *item) for item in sorted(settings.node_classes.items())),
        *(node_pool(context.environment, *item) for item in sorted(settings.node_pools.items())),
    )


CRD_ADDON: Final = Addon(
    name="karpenter-crd",
    chart="karpenter-crd",
    namespace="kube-system",
    summary="Karpenter's kinds, in a release of their own, so that they are upgraded with it.",
    values=lambda _: {},
    setting="karpenter",
    accepts_values=False,
    applies=_applies,
    helm=Helm(timeout_seconds=300, reason="Nothing runs; the kinds are there at once."),
)

ADDON: Final = Addon(
    name="karpenter",
    chart="karpenter",
    namespace="kube-system",
    summary="Makes nodes for pods that have none, and takes away those that are not needed.",
    values=_values,
    requires=("karpenter-crd", PROMETHEUS_OPERATOR_CRDS),
    applies=_applies,
    resources=_resources,
    helm=Helm(
        skip_crds=True,
        reason="Its kinds are karpenter-crd's. Later releases need the nodes that it makes.",
    ),
    resources_helm=Helm(
        timeout_seconds=1800,
        reason=(
            "Helm waits until node classes are gone, and they wait for the last of their nodes: "
            "a destroy leaves no machine behind, and takes as long as pods take to leave."
        ),
    ),
    images={"controller.image.repository": "{registry}/karpenter/controller"},
    workloads=(Workload("controller", ("controller.resources",), "replicas"),),
    notes=(
        "Role, queue and node role are the cluster stack's. The image of the nodes is pinned; they "
        "are replaced when the version table moves, a few at a time. An account that never had a "
        "spot machine lacks a role that Karpenter may not make: `aws iam "
        "create-service-linked-role --aws-service-name spot.amazonaws.com`, once."
    ),
)

ADDONS: Final = (CRD_ADDON, ADDON)
