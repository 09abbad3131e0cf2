"""Envoy Gateway, an ingress controller that serves the Gateway API only (L7).

Its controller makes the Envoy proxies of all Gateways as one Deployment, whose Service has a fixed
name, so that a TargetGroupBinding can name it before they exist.
"""

from collections.abc import Sequence
from typing import Any, Final

from config.derived.front_doors import FrontDoor
from modules.addons.ingress import access_log, controller
from modules.addons.ingress.gateway_api.objects import gateway_objects
from modules.helm.contract import Context, Manifest, Values
from modules.helm.gateway import GATEWAY
from modules.helm.manifests import manifest
from modules.helm.monitors import pod_monitors
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.helm.workload import JOB, Workload
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

NAME: Final = "envoy-gateway"

CHART: Final = "gateway-helm"

EXTENSIONS: Final = "gateway.envoyproxy.io/v1alpha1"

PROXIES: Final = "front-door"
"""Name of the proxies' Deployment and of their Service."""

PROXY_LABELS: Final = {
    "app.kubernetes.io/name": "envoy",
    "app.kubernetes.io/component": "proxy",
}
CONTROLLER_LABELS: Final = {"control-plane": NAME}

XDS_PORT: Final = 18000
WEBHOOK_PORT: Final = 9443
METRICS_PORT: Final = 19001
"""Of the controller and of the proxies."""

REPLICAS: Final = 2
"""Of the controller: one of them writes, and both send configuration to proxies."""

PROXY_IMAGE: Final = "envoyproxy/envoy:distroless-v1.39.1"
"""What the pinned version starts, for a registry that has copies of images.
https://gateway.envoyproxy.io/news/releases/matrix/"""


def _values(_: Context, door: FrontDoor) -> Values:
    """Values; chart https://github.com/envoyproxy/gateway/tree/v1.9.0/charts/gateway-helm.

    The chart brings the CRDs of its own extensions. Those of the Gateway API are there before, so
    that Helm leaves them as they are; so is the policy that protects them.
    """
    return {
        "crds": {"enabled": True, "gatewayAPI": {"safeUpgradePolicy": {"enabled": False}}},
        "deployment": {
            "replicas": REPLICAS,
            "envoyGateway": {"resources": resources("100m", "512Mi")},
            "pod": {
                "tolerations": SYSTEM_TOLERATIONS,
                "topologySpreadConstraints": spread(CONTROLLER_LABELS),
            },
            "priorityClassName": "system-cluster-critical",
        },
        "podDisruptionBudget": {"minAvailable": 1},
        "certgen": {
            "job": {"tolerations": SYSTEM_TOLERATIONS, "resources": resources("50m", "128Mi")}
        },
        "config": {"envoyGateway": {"envoyProxy": _proxies(door)}},
    }


def _proxies(door: FrontDoor) -> dict[str, Any]:
    """The spec of an EnvoyProxy, for the proxies of all Gateways.

    Source: https://gateway.envoyproxy.io/docs/api/extension_types/#envoyproxyspec
    """
    environment = door.environment
    settings = environment.platform.ingress
    drain = controller.drain_seconds(environment)
    return {
        "mergeGateways": True,
        # A terminated pod serves as long as the load balancer sends requests to it.
        "shutdown": {"minDrainDuration": f"{drain}s", "drainTimeout": f"{drain + 30}s"},
        "provider": {
            "type": "Kubernetes",
            "kubernetes": {
                "envoyService": {"name": PROXIES, "type": "ClusterIP"},
                "envoyDeployment": {
                    "name": PROXIES,
                    "pod": {
                        "topologySpreadConstraints": spread(PROXY_LABELS),
                        "priorityClassName": "system-cluster-critical",
                    },
                    "container": {"resources": resources("250m", "512Mi")},
                },
                "envoyHpa": {
                    "minReplicas": controller.min_replicas(environment),
                    "maxReplicas": settings.max_replicas,
                    "metrics": [_cpu(settings.target_cpu_utilization)],
                },
                "envoyPDB": {"maxUnavailable": 1},
            },
        },
        "telemetry": {"accessLog": {"settings": [access_log.envoy(door)]}},
    }


def _cpu(utilization: int) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": utilization}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _objects(context: Context, door: FrontDoor) -> Sequence[Manifest]:
    """The Gateway, how it serves clients, and the metrics of controller and proxies."""
    return (
        *gateway_objects(context, door),
        *_policies(context, door),
        *pod_monitors(context, NAME, CONTROLLER_LABELS, "metrics"),
        *_proxy_monitor(context),
    )


def _proxy_monitor(context: Context) -> tuple[Manifest, ...]:
    made = pod_monitors(context, PROXIES, PROXY_LABELS, "metrics")
    for each in made:
        each["spec"]["podMetricsEndpoints"][0]["path"] = "/stats/prometheus"
    return made


def _policies(context: Context, door: FrontDoor) -> tuple[Manifest, ...]:
    """How the Gateway treats clients, and how long it waits for answers.

    Source: https://gateway.envoyproxy.io/docs/api/extension_types/#clienttrafficpolicyspec
    """
    group, _, _ = "gateway.networking.k8s.io/v1".partition("/")
    targets = [{"group": group, "kind": "Gateway", "name": GATEWAY}]
    oldest = door.environment.platform.ingress.minimum_tls_version
    clients: dict[str, Any] = {"targetRefs": targets, "tls": {"minVersion": oldest}}
    if controller.trusts_forwarded_headers(door):
        trusted = {"trustedCIDRs": controller.trusted_addresses(door)}
        clients["clientIPDetection"] = {"xForwardedFor": trusted}
    # Envoy's own limit of 15 seconds for the whole answer would end streams.
    backends: dict[str, Any] = {
        "targetRefs": targets,
        "timeout": {"http": {"requestTimeout": "0s"}},
    }
    timeout = controller.upstream_timeout_seconds(door)
    if timeout is not None:
        # Connections stay open for an hour, longer than the load balancer's.
        idle = max(3600, controller.keepalive_seconds(timeout))
        clients["timeout"] = {
            "http": {"streamIdleTimeout": f"{timeout}s", "idleTimeout": f"{idle}s"}
        }
    return (
        manifest(EXTENSIONS, "ClientTrafficPolicy", GATEWAY, clients, namespace=context.namespace),
        manifest(
            EXTENSIONS, "BackendTrafficPolicy", GATEWAY, backends, namespace=context.namespace
        ),
    )


def _traffic(_: Context, door: FrontDoor) -> tuple[PodTraffic, ...]:
    release = controller.release_name(door, NAME)
    return (
        PodTraffic(
            "controller",
            CONTROLLER_LABELS,
            api=True,
            webhooks=(WEBHOOK_PORT,),
            metrics=(METRICS_PORT,),
        ),
        PodTraffic("certificates", {"app": "certgen"}, api=True),
        PodTraffic(
            "proxies",
            PROXY_LABELS,
            calls=(Call(release, "controller", tcp(XDS_PORT)),),
            applications=True,
            metrics=(METRICS_PORT,),
            load_balancer=door.target_ports,
            load_balancer_scheme=door.scheme,
        ),
    )


_DEPLOYMENT: Final = "config.envoyGateway.envoyProxy.provider.kubernetes"

ADDON, INTERNAL = controller.addons(
    "envoy-gateway",
    name=NAME,
    chart=CHART,
    summary="Envoy Gateway instead of NGINX: serves the Gateway API, and no Ingresses.",
    values=_values,
    service=PROXIES,
    images={
        "global.imageRegistry": "{registry}",
        "config.envoyGateway.envoyProxy.provider.kubernetes.envoyDeployment.container.image": (
            f"{{registry}}/{PROXY_IMAGE}"
        ),
    },
    workloads=(
        Workload("controller", ("deployment.envoyGateway.resources",), "deployment.replicas"),
        Workload(
            "proxies",
            (f"{_DEPLOYMENT}.envoyDeployment.container.resources",),
            f"{_DEPLOYMENT}.envoyHpa.minReplicas",
            system=False,
        ),
        Workload("certificates", ("certgen.job.resources",), JOB),
    ),
    traffic=_traffic,
    objects=_objects,
    notes=(
        "`values` may change the proxies under `config.envoyGateway.envoyProxy`, which is the spec "
        "of an EnvoyProxy. Each proxy has a second container that drains it, with requests of 10m "
        "and 32 MiB. Helm installs the CRDs of `gateway.envoyproxy.io` once and never upgrades "
        "them; see docs/gateway-api.md."
    ),
)
