"""Istio's objects: mutual TLS, and monitors for Prometheus."""

from collections.abc import Iterator
from typing import Any, Final

from config.environment import Environment
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest
from modules.helm.metrics import metrics_on
from modules.helm.monitors import MONITORING_API

PEER_AUTHENTICATION: Final = ("security.istio.io/v1", "PeerAuthentication")
MERGED_METRICS_PORT: Final = 15020
"""Port with the metrics of a sidecar and its application; never redirected.
https://istio.io/latest/docs/ops/integrations/prometheus/"""


def resources_of_mesh(context: Context) -> tuple[Manifest, ...]:
    """The mutual TLS mode of the whole mesh, and monitors where Prometheus runs."""
    environment, namespace = context.environment, context.namespace
    mtls = {"mtls": {"mode": environment.platform.istio.mtls}}
    monitors = (_control_plane(namespace), _sidecars(namespace)) if metrics_on(environment) else ()
    return (manifest(*PEER_AUTHENTICATION, "default", mtls, namespace=namespace), *monitors)


def exceptions(environment: Environment) -> Iterator[Manifest]:
    """Exceptions from mutual TLS: ports that also accept plain requests.

    Each is in its workload's namespace: in the root namespace Istio ignores selectors.

    Source: https://istio.io/latest/docs/reference/config/security/peer_authentication/
    """
    if not environment.platform.istio.enabled:
        return
    for team in environment.teams.values():
        for namespace, settings in team.namespaces.items():
            for name, plain in settings.mesh.plain_ports.items():
                spec = {
                    "selector": {"matchLabels": dict(plain.labels)},
                    "portLevelMtls": {
                        str(port): {"mode": "PERMISSIVE"} for port in sorted(plain.ports)
                    },
                }
                yield manifest(*PEER_AUTHENTICATION, name, spec, namespace=namespace)


def _control_plane(namespace: str) -> Manifest:
    spec = {
        "selector": {"matchLabels": {"istio": "pilot"}},
        "endpoints": [{"port": "http-monitoring"}],
    }
    return manifest(MONITORING_API, "ServiceMonitor", "istiod", spec, namespace=namespace)


def _sidecars(namespace: str) -> Manifest:
    """All sidecars; https://github.com/istio/istio/blob/1.30.5/samples/addons/extras/prometheus-operator.yaml."""
    container = "__meta_kubernetes_pod_container_name"
    port = "__meta_kubernetes_pod_annotation_prometheus_io_port"
    relabelings: list[dict[str, Any]] = [
        {"action": "keep", "sourceLabels": [container], "regex": "istio-proxy"},
        {
            "action": "keep",
            "sourceLabels": ["__meta_kubernetes_pod_annotationpresent_prometheus_io_scrape"],
            "regex": "true",
        },
        {
            "action": "replace",
            "sourceLabels": ["__meta_kubernetes_pod_ip", port],
            "regex": "([0-9.]+);([0-9]+)",
            "replacement": "$1:$2",
            "targetLabel": "__address__",
        },
    ]
    spec = {
        "selector": {},
        "namespaceSelector": {"any": True},
        "podMetricsEndpoints": [{"path": "/stats/prometheus", "relabelings": relabelings}],
    }
    return manifest(MONITORING_API, "PodMonitor", "istio-sidecars", spec, namespace=namespace)
