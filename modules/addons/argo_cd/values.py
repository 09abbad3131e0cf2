"""Values of Argo CD's chart: its layout, its way in, and what it knows."""

from typing import Any, Final

from config.environment import Environment
from modules.addons.argo_cd.access import cluster_credentials, dex_config, policy
from modules.addons.argo_cd.hub import CONTROLLER, SERVER, account_annotations
from modules.addons.argo_cd.redis import exporter, network_policies, redis_ha
from modules.helm.contract import Context, Values
from modules.helm.metrics import metrics_on
from modules.helm.scheduling import SYSTEM_TOLERATIONS, resources, spread
from modules.nodes import always_has_nodes

HIGH_AVAILABILITY_NODES: Final = 3
"""Redis pods keep to different nodes and need a majority.
https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd#high-availability"""

STREAMS: Final = {"nginx.org/proxy-buffering": "False", "nginx.org/proxy-read-timeout": "3600s"}
"""Annotations for F5's NGINX, the only controller that gathers an answer before it passes it on.
The user interface listens to answers that do not end.
https://github.com/nginx/kubernetes-ingress/issues/4132"""


def highly_available(environment: Environment) -> bool:
    """Whether there are two of everything."""
    wanted = environment.platform.argo_cd.high_availability
    return always_has_nodes(environment, HIGH_AVAILABILITY_NODES) if wanted is None else wanted


def values(context: Context) -> Values:
    """The values; chart https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd.

    * Nothing is put into Argo CD's secrets: it generates the key of its sessions and the first
      password itself, and the rest is referred to by name.
    * Dex keeps its logins in memory and the application controller is the only one for its
      clusters; a second pod of either would be of no use.
    """
    environment = context.environment
    settings = environment.platform.argo_cd
    several = highly_available(environment)
    metrics = {"enabled": True, "serviceMonitor": {"enabled": metrics_on(environment)}}
    server = {"ingress": _ingress(environment), **_account(environment, SERVER)}
    return {
        "global": {
            "domain": settings.host or f"argocd.{environment.name}.internal",
            "logging": {"format": "json"},
            # Each component has a policy. One for all pods would also stop the answers to HTTP-01
            # challenges.
            "networkPolicy": {"create": True, "defaultDenyIngress": False},
            # GitOps works before Karpenter has made a node.
            "tolerations": SYSTEM_TOLERATIONS,
            "topologySpreadConstraints": spread({}),
        },
        "configs": {
            "cm": {
                "admin.enabled": settings.admin_enabled,
                "exec.enabled": False,
                **({"dex.config": dex_config(settings)} if settings.connectors else {}),
            },
            # TLS ends at the ingress controller; the network policies keep the rest away.
            "params": {"server.insecure": settings.host is not None},
            "rbac": policy(settings),
            "repositories": {
                name: {"name": name, "url": repository.url, "type": repository.type}
                for name, repository in settings.repositories.items()
            },
            "clusterCredentials": cluster_credentials(settings),
        },
        "controller": _part(metrics, "500m", "1Gi") | _account(environment, CONTROLLER),
        "server": _part(metrics, "100m", "256Mi", several=several) | server,
        "repoServer": _part(metrics, "250m", "512Mi", several=several)
        | {"copyutil": {"resources": resources("50m", "64Mi")}},
        "applicationSet": _part(metrics, "100m", "256Mi", several=several),
        "notifications": _part(metrics, "50m", "128Mi"),
        "dex": {"enabled": bool(settings.connectors)} | _part(metrics, "50m", "128Mi"),
        "redis": {"enabled": not several, "exporter": exporter()} | _part(metrics, "100m", "256Mi"),
        "redisSecretInit": {"resources": resources("50m", "64Mi")},
        "redis-ha": redis_ha() if several else {"enabled": False},
        "extraObjects": network_policies(environment) if several else [],
    }


def _part(
    metrics: dict[str, Any], cpu: str, memory: str, *, several: bool | None = None
) -> dict[str, Any]:
    """A component; `several` is None where it is always alone."""
    part: dict[str, Any] = {"resources": resources(cpu, memory), "metrics": metrics}
    if several is not None:
        part["replicas"] = 2 if several else 1
    if several:
        part["pdb"] = {"enabled": True, "maxUnavailable": 1}
    return part


def _account(environment: Environment, account: str) -> dict[str, Any]:
    annotations = account_annotations(environment, account)
    return {"serviceAccount": {"annotations": annotations}} if annotations else {}


def _ingress(environment: Environment) -> dict[str, Any]:
    """The way in, through the front door; cert-manager makes the certificate."""
    settings, ingress = environment.platform.argo_cd, environment.platform.ingress
    if settings.host is None:
        return {"enabled": False}
    annotations = dict(STREAMS) if ingress.controller == "nginx" else {}
    made: dict[str, Any] = {
        "enabled": True,
        "ingressClassName": ingress.class_name,
        "annotations": annotations,
    }
    if environment.edge.enabled and environment.edge.tls == "none":
        # The front door speaks plain HTTP only; an Ingress with TLS would redirect away from it.
        return made
    issuer = {"cert-manager.io/cluster-issuer": ingress.certificate_issuer}
    return made | {"tls": True, "annotations": annotations | issuer}
