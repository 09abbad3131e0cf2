"""HAProxy Technologies' Ingress Controller (F5)."""

from typing import Any, Final

from config.environment import Environment
from modules.addons.ingress import controller
from modules.helm.contract import Context, Manifest, Values
from modules.helm.manifests import manifest
from modules.helm.metrics import metrics_on
from modules.helm.traffic import PodTraffic
from modules.helm.workload import JOB, Workload
from modules.scheduling import resources, spread

NAME: Final = "kubernetes-ingress"

FRONT_DOOR: Final = "front-door"
"""A Service of type ExternalName with the load balancer's host name. HAProxy copies a Service's
address to the status of Ingresses, and that of its own Service is inside the cluster.
https://github.com/haproxytech/kubernetes-ingress/blob/v3.2.9/pkg/k8s/informers.go#L853"""


def _values(context: Context) -> Values:
    """Values; chart https://github.com/haproxytech/helm-charts/tree/main/kubernetes-ingress."""
    environment = context.environment
    settings = environment.platform.ingress
    labels = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": NAME}
    replicas = controller.min_replicas(environment)
    return {
        "controller": {
            "replicaCount": replicas,
            # The status of Ingresses, from which external-dns takes the records.
            "publishService": {
                "enabled": environment.edge.enabled,
                "pathOverride": f"{context.namespace}/{FRONT_DOOR}",
            },
            "service": {
                "type": "ClusterIP",
                "enablePorts": {"quic": False, "stat": False, "admin": False},
            },
            "autoscaling": {
                "enabled": True,
                "minReplicas": replicas,
                "maxReplicas": settings.max_replicas,
                "targetCPUUtilizationPercentage": settings.target_cpu_utilization,
            },
            "PodDisruptionBudget": {"enable": True, "maxUnavailable": 1},
            "topologySpreadConstraints": spread(labels),
            "priorityClassName": "system-cluster-critical",
            "resources": resources("250m", "512Mi"),
            "lifecycle": controller.drain(environment),
            "terminationGracePeriodSeconds": controller.drain_seconds(environment) + 30,
            "ingressClass": settings.class_name,
            "ingressClassResource": {
                "name": settings.class_name,
                "default": settings.default_class,
            },
            "defaultTLSSecret": {"secret": controller.CERTIFICATE},
            "prometheus": {"enabled": True},
            # The Service has no metrics port.
            "podMonitor": {"enabled": metrics_on(environment)},
            "pprof": {"enabled": False},
            "config": _config(environment),
        },
        "crdjob": {"resources": resources("50m", "128Mi")},
    }


def _prerequisites(context: Context) -> tuple[Manifest, ...]:
    host = controller.load_balancer_host_name(context)
    if not host:
        return controller.default_certificate(context)
    spec = {"type": "ExternalName", "externalName": host["hostname"]}
    service = manifest("v1", "Service", FRONT_DOOR, spec, namespace=context.namespace)
    return (*controller.default_certificate(context), service)


def _config(environment: Environment) -> dict[str, Any]:
    """Its ConfigMap; https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md."""
    oldest = environment.platform.ingress.minimum_tls_version
    config = {"global-config-snippet": f"ssl-default-bind-options ssl-min-ver TLSv{oldest}"}
    if controller.trusts_forwarded_headers(environment):
        # It trusts every client; the network policy lets only the load balancer connect.
        config["src-ip-header"] = "X-Forwarded-For"
    if controller.is_plain_http(environment):
        config["ssl-redirect"] = "false"
    timeout = controller.upstream_timeout_seconds(environment)
    if timeout is not None:
        config |= {
            "timeout-http-keep-alive": f"{controller.keepalive_seconds(timeout)}s",
            "timeout-client": f"{timeout}s",
            "timeout-server": f"{timeout}s",
        }
    return config


def _traffic(context: Context) -> tuple[PodTraffic, ...]:
    name = "app.kubernetes.io/name"
    return (
        controller.pod_traffic(context, {name: NAME}, metrics=1024),
        PodTraffic("crds", {name: f"{NAME}-proxy"}, api=True),
    )


ADDON: Final = controller.addon(
    "haproxy",
    name=NAME,
    summary="HAProxy instead of NGINX.",
    values=_values,
    service=NAME,
    images={"controller.image.repository": "{registry}/haproxytech/kubernetes-ingress"},
    pod_security="baseline",
    prerequisites=_prerequisites,
    workloads=(
        Workload(
            "controller",
            ("controller.resources",),
            "controller.autoscaling.minReplicas",
            system=False,
        ),
        Workload("crds", ("crdjob.resources",), JOB, system=False),
    ),
    traffic=_traffic,
    notes=(
        "A Job of the chart installs its CRDs. The status of Ingresses shows the load balancer's "
        f"host name, from the Service `{FRONT_DOOR}`."
    ),
)
