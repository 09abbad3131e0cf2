"""Istio's ingress gateway (J3), for requests from outside of the mesh.

The ingress controller has no sidecar, so that pods with strict mutual TLS refuse it. It can send
requests to the gateway, which is part of the mesh and encrypts them.
"""

from collections.abc import Sequence
from typing import Final

from config.derived.front_doors import chosen
from config.environment import Environment
from modules.addons.istio.addon import ISTIOD_PORT, SECCOMP, istio_on
from modules.addons.istio.resources import MERGED_METRICS_PORT
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.front_door_ingress import front_door_ingress
from modules.helm.manifests import manifest
from modules.helm.platform_namespaces import ISTIO_GATEWAY_NAMESPACE
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traces import COLLECTOR, OTLP_GRPC
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.helm.workload import Workload
from modules.scheduling import resources, spread

NAME: Final = "istio-ingress"
"""Name of release and Service."""

LABELS: Final = {"istio": "ingress"}
"""The label that the chart derives from the release's name and sets on the pods."""

PORT: Final = 80
GATEWAY: Final = "default"


def gateway_on(environment: Environment) -> bool:
    """Whether the mesh has a gateway."""
    return istio_on(environment) and environment.platform.istio_gateway.enabled


def gateway_namespace(environment: Environment) -> str:
    """The gateway's namespace."""
    return ADDON.namespace_in(environment)


def _values(context: Context) -> Values:
    """Chart https://github.com/istio/istio/tree/1.30.5/manifests/charts/gateway.

    istiod's webhook injects the containers of its pods, with image and version. The front door is
    the load balancer, so that the Service is of type ClusterIP.
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
    """The Gateway, and the Ingress that sends requests to it."""
    server = {"port": {"number": PORT, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}
    spec = {"selector": LABELS, "servers": [server]}
    made = manifest("networking.istio.io/v1", "Gateway", GATEWAY, spec, namespace=context.namespace)
    settings = context.environment.platform.istio_gateway
    hosts, door = settings.hosts, chosen(context.environment, settings.load_balancer)
    if not hosts:
        return (made,)
    return (made, front_door_ingress(context, door, NAME, hosts, NAME, PORT))


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    return (
        PodTraffic(
            "gateway",
            LABELS,
            calls=(
                Call("istiod", "istiod", tcp(ISTIOD_PORT)),
                Call(COLLECTOR, "collector", tcp(OTLP_GRPC)),
            ),
            applications=True,
            metrics=(MERGED_METRICS_PORT,),
            backends=(PORT,),
            open=(PORT,),
        ),
    )


ADDON: Final = Addon(
    name=NAME,
    chart="istio-gateway",
    namespace=ISTIO_GATEWAY_NAMESPACE,
    summary="Istio's gateway: accepts requests from outside of the mesh and encrypts them.",
    values=_values,
    setting="istio_gateway",
    requires=(
        "istiod",
        FOR_SERVICES,
        FOR_NODES,
        FOR_MONITORS,
    ),
    applies=gateway_on,
    resources=_resources,
    helm=Helm(
        timeout_seconds=900,
        reason="Waits until all replicas are ready, which may need new nodes.",
    ),
    workloads=(
        Workload("gateway", ("resources",), replicas="autoscaling.minReplicas", system=False),
    ),
    traffic=_traffic,
    notes=(
        "The ingress controller forwards requests for `hosts` to it; pods outside of the mesh "
        "call `istio-ingress.istio-ingress`. Teams route a host to their Services in a "
        "VirtualService with `gateways: [istio-ingress/default]`. Pods that receive requests this "
        "way need no `mesh.plain_ports`. Image and version come from istiod; restart the gateway "
        "after an upgrade. See docs/encryption-in-transit.md."
    ),
)

ADDONS: Final = (ADDON,)
