"""The mesh's gateway (requirement J3): where requests from outside of the mesh enter it.

The ingress controller has no sidecar, so a strict pod refuses it. It may hand requests to the
gateway instead, which is part of the mesh and encrypts them from there on.
"""

from collections.abc import Sequence
from typing import Final

from config.environment import Environment
from modules.addons.istio.addon import SECCOMP, istio_on
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.front_door_ingress import front_door_ingress
from modules.helm.manifests import manifest
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS
from modules.helm.scheduling import resources, spread
from modules.helm.workload import Workload

NAME: Final = "istio-ingress"
"""Of release, namespace and Service."""

LABELS: Final = {"istio": "ingress"}
"""The chart makes it of the release's name, and puts it on the pods."""

PORT: Final = 80
GATEWAY: Final = "default"


def gateway_on(environment: Environment) -> bool:
    """Whether the mesh has a gateway."""
    return istio_on(environment) and environment.platform.istio_gateway.enabled


def gateway_namespace(environment: Environment) -> str:
    """Where the gateway is."""
    return ADDON.namespace_in(environment)


def _values(context: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.3/manifests/charts/gateway.

    Its pods are those of istiod's webhook, image and version included. The front door has the load
    balancer, so the Service is one within the cluster.
    """
    platform = context.environment.platform
    settings = platform.istio_gateway
    revision = platform.istio.values.get("revision")
    return {
        "service": {"type": "ClusterIP"},
        "securityContext": {
            "seccompProfile": SECCOMP,
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "resources": resources("100m", "256Mi"),
        "autoscaling": {
            "enabled": True,
            "minReplicas": settings.replicas,
            "maxReplicas": settings.max_replicas,
        },
        "podDisruptionBudget": {"maxUnavailable": 1} if settings.replicas > 1 else {},
        "topologySpreadConstraints": spread(LABELS),
        **({"revision": revision} if revision else {}),
    }


def _resources(context: Context) -> Sequence[Manifest]:
    """What the gateway listens on, and what the ingress controller hands to it."""
    server = {"port": {"number": PORT, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}
    spec = {"selector": LABELS, "servers": [server]}
    made = manifest("networking.istio.io/v1", "Gateway", GATEWAY, spec, namespace=context.namespace)
    hosts = context.environment.platform.istio_gateway.hosts
    if not hosts:
        return (made,)
    return (made, front_door_ingress(context, NAME, hosts, NAME, PORT))


ADDON: Final = Addon(
    name=NAME,
    chart="istio-gateway",
    namespace=NAME,
    summary="Istio's gateway: lets requests from outside of the mesh in, and encrypts them.",
    values=_values,
    setting="istio_gateway",
    requires=(
        "istiod",
        "aws-load-balancer-controller",
        "karpenter",
        PROMETHEUS_OPERATOR_CRDS,
    ),
    applies=gateway_on,
    resources=_resources,
    helm=Helm(
        timeout_seconds=900,
        reason="Waits until all replicas are ready, which may take new nodes.",
    ),
    workloads=(
        Workload("gateway", ("resources",), replicas="autoscaling.minReplicas", system=False),
    ),
    notes=(
        "`hosts` are names that the ingress controller hands on to it; pods outside of the mesh "
        "call `istio-ingress.istio-ingress`. Teams say in a VirtualService with "
        "`gateways: [istio-ingress/default]` which of their Services answers to a name. Pods with "
        "traffic that came so need no `mesh.plain_ports`. Image and version come from istiod; "
        "restart the gateway after an upgrade. See docs/encryption-in-transit.md."
    ),
)

ADDONS: Final = (ADDON,)
