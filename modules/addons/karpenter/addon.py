"""Karpenter: CRDs, controller, node pools and node classes (E2, E3)."""

from collections.abc import Sequence
from typing import Final

from config.derived import names
from config.derived.machines import RESERVED_INTERFACES
from config.environment import Environment
from modules.addons.karpenter.resources import node_class, node_pool
from modules.helm.contract import ROLE_ANNOTATION, Addon, Context, Helm, Manifest, Values
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS
from modules.helm.workload import BY_DEFAULT, Workload
from modules.karpenter.names import KarpenterNames
from modules.scheduling import SYSTEM_TOLERATIONS, ZONE, spread

SYSTEM_NODES: Final = {"node-group": "system"}
"""Label of the system nodes."""


def _applies(environment: Environment) -> bool:
    return environment.cluster.runs_karpenter


def _names(environment: Environment) -> KarpenterNames:
    return KarpenterNames.of(environment, environment.cluster_name)


def _values(context: Context) -> Values:
    """Values; chart https://karpenter.sh/docs/reference/settings/.

    * The controller does not run on nodes that it makes and may remove.
    * It uses the VPC's resolver: CoreDNS may wait for a node of Karpenter's.
    * The interface that a node starts with has no addresses for pods.
    * In a VPC without internet access it does not query prices, which have no VPC endpoint.
    """
    environment = context.environment
    names = _names(environment)
    return {
        "replicas": 2,
        "serviceAccount": {"annotations": _role_annotations(environment)},
        "settings": {
            "clusterName": environment.cluster_name,
            "interruptionQueue": names.queue,
            "isolatedVPC": environment.network.without_internet is not None,
            "enableZonalShift": environment.cluster.zonal_shift,
            "reservedENIs": str(RESERVED_INTERFACES),
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
    """The cluster stack makes the controller's role; its name is known."""
    if environment.cluster.identity != "irsa":
        return {}
    role = _names(environment).controller_role
    given = environment.identity.roles.karpenter
    return {ROLE_ANNOTATION: given or names.role_arn(environment, role)}


def _resources(context: Context) -> Sequence[Manifest]:
    settings = context.environment.platform.karpenter
    return (
        *(node_class(context, *item) for item in sorted(settings.classes.items())),
        *(node_pool(context.environment, *item) for item in sorted(settings.pools.items())),
    )


CRD_ADDON: Final = Addon(
    name="karpenter-crd",
    chart="karpenter-crd",
    namespace="kube-system",
    summary="Karpenter's CRDs, in a separate release, so that they are upgraded with it.",
    values=lambda _: {},
    setting="karpenter",
    accepts_values=False,
    applies=_applies,
    helm=Helm(timeout_seconds=300, reason="It has no pods; the CRDs exist at once."),
)

ADDON: Final = Addon(
    name="karpenter",
    chart="karpenter",
    namespace="kube-system",
    summary="Makes nodes for pods that cannot be scheduled, and removes nodes that are not needed.",
    values=_values,
    requires=("karpenter-crd", FOR_MONITORS),
    applies=_applies,
    resources=_resources,
    helm=Helm(
        skip_crds=True,
        reason="karpenter-crd installs its CRDs. Later releases need the nodes that it makes.",
    ),
    resources_helm=Helm(
        timeout_seconds=1800,
        reason=(
            "On destroy Helm waits until node classes are deleted, which wait for their last "
            "node: so no instance is left, and the destroy takes as long as pods take to "
            "terminate."
        ),
    ),
    images={"controller.image.repository": "{registry}/karpenter/controller"},
    workloads=(Workload("controller", ("controller.resources",), "replicas", apart=BY_DEFAULT),),
    notes=(
        "The cluster stack makes role, queue and node role. The AMI of the nodes is pinned; when "
        "the version table changes, they are replaced a few at a time. An account that never had "
        "a Spot Instance lacks a role that Karpenter may not make; make it once with `aws iam "
        "create-service-linked-role --aws-service-name spot.amazonaws.com`."
    ),
)

ADDONS: Final = (CRD_ADDON, ADDON)
