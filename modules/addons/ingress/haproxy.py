"""HAProxy Technologies' Ingress Controller (F5)."""

from typing import Any, Final

from config.derived.front_doors import FrontDoor
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


def _values(context: Context, door: FrontDoor) -> Values:
    """Values; chart https://github.com/haproxytech/helm-charts/tree/main/kubernetes-ingress."""
    environment = context.environment
    settings = environment.platform.ingress
    release = controller.release_name(door, NAME)
    labels = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": release}
    replicas = controller.min_replicas(environment)
    return {
        "controller": {
            "replicaCount": replicas,
            # The status of Ingresses, from which external-dns takes the records.
            "publishService": {
                "enabled": door.enabled,
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
            "ingressClass": door.class_name,
            "ingressClassResource": {
                "name": door.class_name,
                "default": door.is_default_class,
            },
            "defaultTLSSecret": {"secret": controller.CERTIFICATE},
            "prometheus": {"enabled": True},
            # The Service has no metrics port.
            "podMonitor": {"enabled": metrics_on(environment)},
            "pprof": {"enabled": False},
            "config": _config(door),
        },
        "crdjob": {"resources": resources("50m", "128Mi")},
    }


def _prerequisites(context: Context, door: FrontDoor) -> tuple[Manifest, ...]:
    host = controller.load_balancer_host_name(context, door)
    if not host:
        return controller.default_certificate(context, door)
    spec = {"type": "ExternalName", "externalName": host["hostname"]}
    service = manifest("v1", "Service", FRONT_DOOR, spec, namespace=context.namespace)
    return (*controller.default_certificate(context, door), service)


def _config(door: FrontDoor) -> dict[str, Any]:
    """Its ConfigMap; https://github.com/haproxytech/kubernetes-ingress/blob/master/documentation/annotations.md."""
    oldest = door.environment.platform.ingress.minimum_tls_version
    config = {"global-config-snippet": f"ssl-default-bind-options ssl-min-ver TLSv{oldest}"}
    if controller.trusts_forwarded_headers(door):
        # It trusts every client; the network policy lets only the load balancer connect.
        config["src-ip-header"] = "X-Forwarded-For"
    if not door.serves_tls:
        config["ssl-redirect"] = "false"
    timeout = controller.upstream_timeout_seconds(door)
    if timeout is not None:
        config |= {
            "timeout-http-keep-alive": f"{controller.keepalive_seconds(timeout)}s",
            "timeout-client": f"{timeout}s",
            "timeout-server": f"{timeout}s",
        }
    return config


def _traffic(_: Context, door: FrontDoor) -> tuple[PodTraffic, ...]:
    name = "app.kubernetes.io/name"
    return (
        controller.pod_traffic(door, {name: NAME}, metrics=1024),
        PodTraffic("crds", {name: f"{NAME}-proxy"}, api=True),
    )


ADDON, INTERNAL = controller.addons(
    "haproxy",
    name=NAME,
    summary="HAProxy instead of NGINX.",
    values=_values,
    service="{release}",
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
