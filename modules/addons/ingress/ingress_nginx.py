"""The community's retired ingress-nginx, for migrations only (F3)."""

from typing import Any, Final

from config.derived.front_doors import FrontDoor
from modules.addons.ingress import access_log, controller
from modules.helm.contract import Context, Values
from modules.helm.metrics import metrics_on
from modules.helm.workload import Workload
from modules.scheduling import resources, spread

NAME: Final = "ingress-nginx"


def _values(context: Context, door: FrontDoor) -> Values:
    """Values; chart https://github.com/kubernetes/ingress-nginx/tree/main/charts/ingress-nginx."""
    environment = context.environment
    settings = environment.platform.ingress
    labels = {
        "app.kubernetes.io/name": NAME,
        "app.kubernetes.io/instance": controller.release_name(door, NAME),
        "app.kubernetes.io/component": "controller",
    }
    replicas = controller.min_replicas(environment)
    return {
        "controller": {
            "service": {"type": "ClusterIP"},
            "replicaCount": replicas,
            "minAvailable": max(1, replicas - 1),
            "autoscaling": {
                "enabled": True,
                "minReplicas": replicas,
                "maxReplicas": settings.max_replicas,
                "targetCPUUtilizationPercentage": settings.target_cpu_utilization,
                "targetMemoryUtilizationPercentage": 80,
            },
            "topologySpreadConstraints": spread(labels),
            "priorityClassName": "system-cluster-critical",
            "resources": resources("250m", "512Mi"),
            "ingressClass": door.class_name,
            "ingressClassResource": {
                "name": door.class_name,
                "default": door.is_default_class,
                **({"controllerValue": f"k8s.io/{door.class_name}"} if door.is_internal else {}),
            },
            "admissionWebhooks": {"certManager": {"enabled": True}},
            "metrics": {
                "enabled": True,
                # Keeps the namespace of an Ingress in its metrics, instead of the controller's.
                "serviceMonitor": {"enabled": metrics_on(environment), "honorLabels": True},
            },
            "config": _config(door),
            "publishService": {"enabled": False},
            "extraArgs": _arguments(context, door),
        }
    }


def _arguments(context: Context, door: FrontDoor) -> dict[str, str]:
    host = controller.load_balancer_host_name(context, door)
    status = {"publish-status-address": host["hostname"]} if host else {}
    return {
        "shutdown-grace-period": str(controller.drain_seconds(context.environment)),
        "default-ssl-certificate": f"{context.namespace}/{controller.CERTIFICATE}",
        **status,
    }


def _config(door: FrontDoor) -> dict[str, Any]:
    """Its ConfigMap; https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/."""
    oldest = door.environment.platform.ingress.minimum_tls_version
    config = {
        "ssl-protocols": "TLSv1.3" if oldest == "1.3" else "TLSv1.2 TLSv1.3",
        "server-tokens": "false",
        "log-format-escape-json": "true",
        "log-format-upstream": access_log.nginx_format(door),
    }
    if controller.trusts_forwarded_headers(door):
        config |= {
            "use-forwarded-headers": "true",
            "compute-full-forwarded-for": "true",
            "proxy-real-ip-cidr": ",".join(controller.trusted_addresses(door)),
        }
    if not door.serves_tls:
        config["ssl-redirect"] = "false"
    timeout = controller.upstream_timeout_seconds(door)
    if timeout is not None:
        config |= {
            "keep-alive": str(controller.keepalive_seconds(timeout)),
            "proxy-read-timeout": str(timeout),
            "proxy-send-timeout": str(timeout),
        }
    return config


ADDON, INTERNAL = controller.addons(
    "ingress-nginx",
    name=NAME,
    summary="The community's NGINX controller, retired in March 2026: for migrations only.",
    values=_values,
    service="{release}-controller",
    images={"global.image.registry": "{registry}"},
    pod_security="baseline",
    workloads=(
        Workload(
            "controller",
            ("controller.resources",),
            "controller.autoscaling.minReplicas",
            system=False,
        ),
    ),
    traffic=lambda _, door: (
        controller.pod_traffic(
            door, {"app.kubernetes.io/name": NAME}, metrics=10254, webhooks=(8443,)
        ),
    ),
    notes="It gets no bug fixes and no security fixes. The synth warns while it is selected.",
)
