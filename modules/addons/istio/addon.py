"""Istio in sidecar mode (requirement J3): kinds, CNI plugin and control plane.

The plugin redirects each pod's traffic from the node, so that no pod needs the right to do so
itself and the mesh fits into namespaces with the Pod Security Standard `restricted`.
"""

from collections.abc import Sequence
from typing import Final

from config.environment import Environment
from modules.addons.istio.resources import resources_of_mesh
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS
from modules.helm.monitors import pod_monitors
from modules.helm.scheduling import SYSTEM_TOLERATIONS, resources, spread
from modules.helm.workload import NODE, Workload

SETTING: Final = "istio"
NAMESPACE: Final = "istio-system"
SECCOMP: Final = {"type": "RuntimeDefault"}


def istio_on(environment: Environment) -> bool:
    """Whether there is a mesh."""
    return environment.platform.istio.enabled


def _base(context: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.3/manifests/charts/base."""
    return {"global": {"istioNamespace": context.namespace}}


def _cni(_: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.3/manifests/charts/istio-cni.

    Its tolerations are for every node already. A pod that started before the plugin was there is
    found by its broken first container and repaired.
    """
    return {
        "global": {"logAsJson": True},
        "resources": resources("50m", "128Mi"),
        "repair": {"enabled": True, "repairPods": True},
    }


def _cni_resources(context: Context) -> Sequence[Manifest]:
    """Metrics of the plugin; the pods of its DaemonSet have the label and the port."""
    return pod_monitors(context, "istio-cni", {"k8s-app": "istio-cni-node"}, "metrics")


def _istiod(context: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.3/manifests/charts/istio-control/istio-discovery."""
    settings = context.environment.platform.istio
    return {
        "autoscaleEnabled": True,
        "autoscaleMin": settings.replicas,
        "autoscaleMax": settings.max_replicas,
        "topologySpreadConstraints": spread({"app": "istiod"}),
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources("200m", "1Gi"),
        "seccompProfile": SECCOMP,
        "cni": {"enabled": True},
        "meshConfig": {"enablePrometheusMerge": True},
        "global": {
            "istioNamespace": context.namespace,
            "priorityClassName": "system-cluster-critical",
            "defaultPodDisruptionBudget": {"enabled": settings.replicas > 1},
            "logAsJson": True,
            "proxy": {
                "resources": resources(settings.proxy_cpu, settings.proxy_memory),
                "seccompProfile": SECCOMP,
            },
        },
    }


BASE: Final = Addon(
    name="istio-base",
    chart="istio-base",
    namespace=NAMESPACE,
    summary="The kinds of Istio, in a release of their own, so that they are upgraded first.",
    values=_base,
    setting=SETTING,
    accepts_values=False,
    applies=istio_on,
    helm=Helm(timeout_seconds=300, reason="Nothing runs; the kinds are there at once."),
)

CNI: Final = Addon(
    name="istio-cni",
    chart="istio-cni",
    namespace="kube-system",
    summary="Istio's CNI plugin, which leads the traffic of pods in the mesh to their sidecars.",
    values=_cni,
    setting=SETTING,
    accepts_values=False,
    requires=("istio-base", PROMETHEUS_OPERATOR_CRDS),
    resources=_cni_resources,
    applies=istio_on,
    images={"global.hub": "{registry}/istio"},
    pod_security="privileged",
    workloads=(Workload("plugin", ("resources",), replicas=NODE),),
    notes=(
        "It is chained after the VPC CNI and changes files of the node, for which its pods need "
        "privileges. They stay in `kube-system`, so that the control plane's namespace can do "
        "without."
    ),
)

ADDON: Final = Addon(
    name="istiod",
    chart="istiod",
    namespace=NAMESPACE,
    summary="Istio's control plane: encrypts what pods say to each other, with mutual TLS.",
    values=_istiod,
    setting=SETTING,
    requires=(
        "istio-base",
        "istio-cni",
        "aws-load-balancer-controller",
        PROMETHEUS_OPERATOR_CRDS,
    ),
    eks_addons=("metrics-server",),
    applies=istio_on,
    resources=resources_of_mesh,
    images={"global.hub": "{registry}/istio"},
    workloads=(Workload("istiod", ("resources",), replicas="autoscaleMin"),),
    notes=(
        "Namespaces of teams are in the mesh (`teams.<team>.namespaces.<namespace>.mesh`); the "
        "platform's own are not. In the mesh everything that is not encrypted is refused, which "
        "includes requests of the ingress controller and of Prometheus: `mesh.plain_ports` names "
        "the pods and ports that take them, and network policies say from whom. Prometheus reads "
        "a sidecar's port 15020, which is never redirected and has the application's metrics as "
        "well where the pod has the annotation `prometheus.io/scrape`. Upgrade by one minor at a "
        "time: `platform.istio.version` moves kinds, plugin and control plane in this order, and "
        "pods keep their old sidecar until they are restarted. For two control planes side by "
        "side set `values.revision`. See docs/encryption-in-transit.md."
    ),
)

ADDONS: Final = (BASE, CNI, ADDON)
