"""F5's NGINX Ingress Controller, the default (F3)."""

from typing import Any, Final

from config.derived.front_doors import FrontDoor
from modules.addons.ingress import access_log, controller
from modules.helm.contract import Context, Values
from modules.helm.metrics import metrics_on
from modules.helm.workload import Workload
from modules.scheduling import resources, spread

NAME: Final = "nginx-ingress"


def _values(context: Context, door: FrontDoor) -> Values:
    """Values; chart https://github.com/nginx/kubernetes-ingress/tree/v5.5.4/charts/nginx-ingress."""
    environment = context.environment
    settings = environment.platform.ingress
    release = controller.release_name(door, NAME)
    labels = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": release}
    return {
        "controller": {
            "service": {"type": "ClusterIP"},
            "autoscaling": {
                "enabled": True,
                "minReplicas": controller.min_replicas(environment),
                "maxReplicas": settings.max_replicas,
                "targetCPUUtilizationPercentage": settings.target_cpu_utilization,
                "targetMemoryUtilizationPercentage": 80,
            },
            "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
            "topologySpreadConstraints": spread(labels),
            "priorityClassName": "system-cluster-critical",
            "resources": resources("250m", "512Mi"),
            "initContainerResources": resources("50m", "64Mi"),
            "readOnlyRootFilesystem": True,
            # Also counts the responses of each Ingress by status, which NGINX does not.
            "enableLatencyMetrics": metrics_on(environment),
            "lifecycle": controller.drain(environment),
            "terminationGracePeriodSeconds": controller.drain_seconds(environment) + 30,
            "ingressClass": {
                "name": door.class_name,
                "setAsDefaultIngress": door.is_default_class,
            },
            "defaultTLS": {"secret": f"{context.namespace}/{controller.CERTIFICATE}"},
            "healthStatus": True,
            "config": {"entries": _entries(context, door)},
            # Telemetry would send cluster size and features to F5 daily.
            "telemetryReporting": {"enable": False},
        },
        "prometheus": {
            "create": True,
            "service": {"create": metrics_on(environment)},
            "serviceMonitor": {"create": metrics_on(environment)},
        },
    }


def _entries(context: Context, door: FrontDoor) -> dict[str, Any]:
    """NGINX's settings; https://docs.nginx.com/nginx-ingress-controller/configuration/global-configuration/configmap-resource/."""
    environment = context.environment
    oldest = environment.platform.ingress.minimum_tls_version
    entries = {
        "ssl-protocols": "TLSv1.3" if oldest == "1.3" else "TLSv1.2 TLSv1.3",
        "server-tokens": "False",
        "log-format-escaping": "json",
        "log-format": access_log.nginx_format(door),
    }
    host = controller.load_balancer_host_name(context, door)
    if host:
        entries["external-status-address"] = host["hostname"]
    if not door.serves_tls:
        entries["ssl-redirect"] = "False"
    return entries | _real_addresses(door) | _timeouts(door)


def _real_addresses(door: FrontDoor) -> dict[str, str]:
    if not controller.trusts_forwarded_headers(door):
        return {}
    return {
        "real-ip-header": "X-Forwarded-For",
        "real-ip-recursive": "True",
        "set-real-ip-from": ",".join(controller.trusted_addresses(door)),
    }


def _timeouts(door: FrontDoor) -> dict[str, str]:
    timeout = controller.upstream_timeout_seconds(door)
    if timeout is None:
        return {}
    return {
        "keepalive-timeout": f"{controller.keepalive_seconds(timeout)}s",
        "proxy-read-timeout": f"{timeout}s",
        "proxy-send-timeout": f"{timeout}s",
    }


ADDON, INTERNAL = controller.addons(
    "nginx",
    name=NAME,
    summary=("Routes requests from the front door to applications, by their Ingresses."),
    values=_values,
    service="{release}-controller",
    images={"controller.image.repository": "{registry}/nginx/nginx-ingress"},
    workloads=(
        Workload(
            "controller",
            ("controller.resources",),
            "controller.autoscaling.minReplicas",
            system=False,
            init_resources=("controller.initContainerResources",),
        ),
    ),
    traffic=lambda _, door: (
        controller.pod_traffic(door, {"app.kubernetes.io/name": NAME}, metrics=9113),
    ),
    notes=(
        "F5's maintained controller. It reads annotations with the prefix `nginx.org/`, not those "
        "of the community's ingress-nginx. Helm installs the chart's CRDs once and never upgrades "
        "them. Its values schema refers to schemas on raw.githubusercontent.com, which Helm reads "
        "when it installs or upgrades the chart; [how to do without]"
        "(../charts.md#the-default-ingress-controller). Requests of more than 1 MB and websockets "
        "are refused unless an Ingress has the annotations `nginx.org/client-max-body-size` and "
        "`nginx.org/websocket-services`, as those of the platform have."
    ),
)
