"""Traefik (F5, F8)."""

from typing import Any, Final

from config.derived.front_doors import FrontDoor, internal, public
from config.environment import Environment
from modules.addons.ingress import access_log, controller
from modules.addons.ingress.gateway_api.objects import gateway_objects
from modules.helm.contract import Context, Values
from modules.helm.gateway import has_gateway
from modules.helm.metrics import metrics_on
from modules.helm.traffic import HTTPS, PodTraffic
from modules.helm.workload import Workload
from modules.merge import merged
from modules.scheduling import resources, spread

NAME: Final = "traefik"

IDLE_SECONDS: Final = 180
"""Traefik's default timeout of idle connections."""


def _values(context: Context, door: FrontDoor) -> Values:
    """Values; chart https://github.com/traefik/traefik-helm-chart/tree/v41.6.1/traefik."""
    environment = context.environment
    settings = environment.platform.ingress
    labels = {
        "app.kubernetes.io/name": NAME,
        "app.kubernetes.io/instance": _instance(door),
    }
    values: Values = {
        "deployment": {
            "lifecycle": controller.drain(environment),
            "terminationGracePeriodSeconds": controller.drain_seconds(environment) + 30,
        },
        "service": {"spec": {"type": "ClusterIP"}},
        "autoscaling": {
            "enabled": True,
            "minReplicas": controller.min_replicas(environment),
            "maxReplicas": settings.max_replicas,
            "metrics": [_cpu(settings.target_cpu_utilization)],
        },
        "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
        "topologySpreadConstraints": spread(labels),
        "priorityClassName": "system-cluster-critical",
        "resources": resources("250m", "512Mi"),
        "ingressClass": {"name": door.class_name, "isDefaultClass": door.is_default_class},
        "ports": _ports(door),
        "providers": _providers(context, door) | _gateway_provider(context, door),
        # The Gateway and its class are objects of ours, the same for each controller.
        "gateway": {"enabled": False},
        "gatewayClass": {"enabled": False},
        "tlsOptions": {"default": {"minVersion": _version(settings.minimum_tls_version)}},
        "tlsStore": {"default": {"defaultCertificate": {"secretName": controller.CERTIFICATE}}},
        "metrics": {"prometheus": {"entryPoint": "metrics"} | _monitor(environment)},
        "accessLog": access_log.TRAEFIK,
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
    }
    return merged(values, _acme(environment)) if settings.traefik_acme.enabled else values


def _monitor(environment: Environment) -> dict[str, Any]:
    on = {"enabled": metrics_on(environment)}
    # The CRDs are installed first; without a cluster `helm template` finds none.
    return {"service": on, "serviceMonitor": on, "disableAPICheck": True}


def _version(version: str) -> str:
    return f"VersionTLS{version.replace('.', '')}"


def _cpu(utilization: int) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": utilization}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _ports(door: FrontDoor) -> dict[str, Any]:
    """Entry points; https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/."""
    port: dict[str, Any] = {}
    if controller.trusts_forwarded_headers(door):
        port["forwardedHeaders"] = {"trustedIPs": controller.trusted_addresses(door)}
    timeout = controller.upstream_timeout_seconds(door)
    if timeout is not None:
        idle = max(IDLE_SECONDS, controller.keepalive_seconds(timeout))
        timeouts = {"readTimeout": f"{timeout}s", "idleTimeout": f"{idle}s"}
        port["transport"] = {"respondingTimeouts": timeouts}
    return {"web": port, "websecure": port} if port else {}


def _instance(door: FrontDoor) -> str:
    """The chart's label of all objects of a release."""
    addon = INTERNAL if door.is_internal else ADDON
    return f"{addon.name}-{addon.namespace_in(door.environment)}"


def _providers(context: Context, door: FrontDoor) -> dict[str, Any]:
    """What it serves: all Ingresses of a class of Traefik, where it is the only Traefik.

    Otherwise the name of a class restricts each release to its own. Both ignore the other's default
    TLSOption and TLSStore, of which a Traefik accepts one only; objects without the label count.

    Source: https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-ingress/
    """
    status = _status(context, door)
    environment = door.environment
    if not environment.edge.internal.enabled:
        return {"kubernetesIngress": status}
    crds: dict[str, Any] = {"ingressClass": door.class_name} if door.is_internal else {}
    other = public(environment) if door.is_internal else internal(environment)
    if other.has_controller:
        crds["labelSelector"] = f"app.kubernetes.io/instance!={_instance(other)}"
    return {
        "kubernetesIngress": {"ingressClass": door.class_name} | status,
        "kubernetesCRD": crds,
    }


def _status(context: Context, door: FrontDoor) -> dict[str, Any]:
    host = controller.load_balancer_host_name(context, door)
    if not host:
        return {}
    return {"publishedService": {"enabled": False}, "ingressEndpoint": host}


def _gateway_provider(context: Context, door: FrontDoor) -> dict[str, Any]:
    """Serves the Gateway API beside Ingresses, in the release that has the Gateway.

    Two would both take the GatewayClass, which names Traefik and no release.

    Source: https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-gateway/
    """
    if not has_gateway(door):
        return {}
    made: dict[str, Any] = {"enabled": True}
    host = controller.load_balancer_host_name(context, door)
    if host:
        made["statusAddress"] = {**host, "service": {"enabled": False}}
    return {"kubernetesGateway": made}


def _acme(environment: Environment) -> Values:
    """Traefik's own ACME client: a single pod, with its certificates on a volume.

    Source: https://doc.traefik.io/traefik/reference/install-configuration/tls/certificate-resolvers/acme/
    """
    settings = environment.platform.ingress.traefik_acme
    resolver: dict[str, Any] = {"storage": "/data/acme.json", "tlsChallenge": True}
    if settings.email:
        resolver["email"] = settings.email
    if settings.staging:
        resolver["caServer"] = "https://acme-staging-v02.api.letsencrypt.org/directory"
    return {
        "certificatesResolvers": {"letsencrypt": {"acme": resolver}},
        "persistence": {"enabled": True},
        "deployment": {"replicas": 1},
        "autoscaling": {"enabled": False, "minReplicas": 1},
        "podDisruptionBudget": {"enabled": False},
        # Two pods cannot mount the volume.
        "updateStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
        # By default Kubernetes makes the file group-readable at every mount, which Traefik refuses.
        # https://github.com/traefik/traefik-helm-chart/issues/396
        "podSecurityContext": {"fsGroup": 65532, "fsGroupChangePolicy": "OnRootMismatch"},
    }


def _traffic(context: Context, door: FrontDoor) -> tuple[PodTraffic, ...]:
    acme = context.environment.platform.ingress.traefik_acme.enabled
    labels = {"app.kubernetes.io/name": NAME}
    outside = HTTPS if acme else ()
    return (controller.pod_traffic(door, labels, metrics=9100, outside=outside),)


ADDON, INTERNAL = controller.addons(
    "traefik",
    name=NAME,
    summary="Traefik instead of NGINX.",
    values=_values,
    service="{release}",
    images={"image.registry": "{registry}"},
    workloads=(Workload("traefik", ("resources",), "autoscaling.minReplicas", system=False),),
    traffic=_traffic,
    objects=gateway_objects,
    notes=(
        "Its own ACME client supports TLS-ALPN-01 (`traefik_acme`), as a single pod behind a "
        "Network Load Balancer that passes TLS through. Helm installs the chart's CRDs once and "
        "never upgrades them."
    ),
)
