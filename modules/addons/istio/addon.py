"""Istio in sidecar mode (J3): CRDs, CNI plugin and control plane.

The plugin redirects the traffic of pods from the node, so that pods need no privileges and the mesh
works in namespaces with the Pod Security Standard `restricted`.
"""

from collections.abc import Sequence
from typing import Final

from config.environment import Environment
from modules.addons.istio.resources import resources_of_mesh
from modules.addons.istio.tracing import trace_providers
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.monitors import pod_monitors
from modules.helm.requirements import FOR_MONITORS, FOR_SERVICES
from modules.helm.traffic import HTTPS, PodTraffic
from modules.helm.workload import NODE, Workload
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

SETTING: Final = "istio"
NAMESPACE: Final = "istio-system"
HUB: Final = "docker.io/istio"
"""Where the project publishes its images. The charts of 1.30 name a registry that is shut down:
https://istio.io/latest/news/releases/1.31.x/announcing-1.31/upgrade-notes/"""

SECCOMP: Final = {"type": "RuntimeDefault"}


def istio_on(environment: Environment) -> bool:
    """Whether the service mesh is enabled."""
    return environment.platform.istio.enabled


def _base(context: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.5/manifests/charts/base."""
    return {"global": {"istioNamespace": context.namespace}}


def _cni(_: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.5/manifests/charts/istio-cni.

    The chart tolerates every taint. A pod that started before the plugin fails in its init
    container and is repaired.
    """
    return {
        "global": {"hub": HUB, "logAsJson": True},
        "resources": resources("50m", "128Mi"),
        "repair": {"enabled": True, "repairPods": True},
    }


def _cni_resources(context: Context) -> Sequence[Manifest]:
    """Metrics of the plugin; the pods of its DaemonSet have this label and port."""
    return pod_monitors(context, "istio-cni", {"k8s-app": "istio-cni-node"}, "metrics")


def _istiod(context: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.5/manifests/charts/istio-control/istio-discovery."""
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
        "meshConfig": {"enablePrometheusMerge": True, **trace_providers(context.environment)},
        "global": {
            "hub": HUB,
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


ISTIOD_PORT: Final = 15012
"""Where sidecars get certificates and configuration.
https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio"""


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    """It also reads the keys of tokens, which a RequestAuthentication names."""
    return (
        PodTraffic(
            "istiod",
            {"istio": "pilot"},
            api=True,
            outside=HTTPS,
            webhooks=(15017,),
            metrics=(15014,),
            open=(ISTIOD_PORT,),
        ),
    )


BASE: Final = Addon(
    name="istio-base",
    chart="istio-base",
    namespace=NAMESPACE,
    summary="The CRDs of Istio, in a separate release, so that they are upgraded first.",
    values=_base,
    setting=SETTING,
    accepts_values=False,
    applies=istio_on,
    helm=Helm(timeout_seconds=300, reason="It has no pods; the CRDs exist at once."),
)

CNI: Final = Addon(
    name="istio-cni",
    chart="istio-cni",
    namespace="kube-system",
    summary=(
        "Istio's CNI plugin, which redirects the traffic of pods in the mesh to their sidecars."
    ),
    values=_cni,
    setting=SETTING,
    accepts_values=False,
    requires=("istio-base", FOR_MONITORS),
    resources=_cni_resources,
    applies=istio_on,
    images={"global.hub": "{registry}/istio"},
    pod_security="privileged",
    workloads=(Workload("plugin", ("resources",), replicas=NODE),),
    notes=(
        "It is chained after the VPC CNI and changes files of the node, for which its pods need "
        "privileges. They run in `kube-system`, so that the control plane's namespace needs none."
    ),
)

ADDON: Final = Addon(
    name="istiod",
    chart="istiod",
    namespace=NAMESPACE,
    summary="Istio's control plane: encrypts pod-to-pod traffic with mutual TLS.",
    values=_istiod,
    setting=SETTING,
    requires=(
        "istio-base",
        "istio-cni",
        FOR_SERVICES,
        FOR_MONITORS,
    ),
    eks_addons=("metrics-server",),
    applies=istio_on,
    resources=resources_of_mesh,
    images={"global.hub": "{registry}/istio"},
    workloads=(Workload("istiod", ("resources",), replicas="autoscaleMin"),),
    traffic=_traffic,
    notes=(
        "Namespaces of teams are in the mesh (`teams.<team>.namespaces.<namespace>.mesh`); the "
        "platform's are not. The mesh refuses unencrypted traffic, including requests of the "
        "ingress controller and of Prometheus: `mesh.plain_ports` lists pods and ports that "
        "accept it, and network policies restrict the clients. Prometheus scrapes a sidecar's "
        "port 15020, which is never redirected and includes the application's metrics where the "
        "pod has the annotation `prometheus.io/scrape`. Upgrade one minor at a time: "
        "`platform.istio.version` upgrades CRDs, plugin and control plane in this order, and pods "
        "keep their old sidecar until they are restarted. For two control planes at the same time "
        "set `values.revision`. See docs/encryption-in-transit.md."
    ),
)

ADDONS: Final = (BASE, CNI, ADDON)
