"""Values of Argo CD's chart."""

from typing import Any, Final

from config.derived.fleet import CONTROLLER, SERVER
from config.derived.front_doors import chosen
from config.environment import Environment
from modules.addons.argo_cd.access import cluster_credentials, dex_config, policy
from modules.addons.argo_cd.fleet import fleet_credentials
from modules.addons.argo_cd.hub import account_annotations
from modules.addons.argo_cd.redis import exporter, redis_ha
from modules.helm.contract import Context, Values
from modules.helm.gateway import routes_only
from modules.helm.metrics import metrics_on
from modules.nodes import always_has_nodes
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

HIGH_AVAILABILITY_NODES: Final = 3
"""Redis pods run on different nodes and need a majority.
https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd#high-availability"""

NO_TOKEN: Final = {"automountServiceAccountToken": False}
"""For components that do not use the Kubernetes API."""

STREAMS: Final = {"nginx.org/proxy-buffering": "False", "nginx.org/proxy-read-timeout": "3600s"}
"""Annotations for F5's NGINX, the only controller that buffers responses by default. The user
interface uses streamed responses.
https://github.com/nginx/kubernetes-ingress/issues/4132"""

PROGRESSIVE_SYNCS: Final = "applicationsetcontroller.enable.progressive.syncs"
"""The steps of an ApplicationSet are ignored without it.
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Progressive-Syncs/"""


def highly_available(environment: Environment) -> bool:
    """Whether it runs with several replicas."""
    wanted = environment.platform.argo_cd.high_availability
    return always_has_nodes(environment, HIGH_AVAILABILITY_NODES) if wanted is None else wanted


def values(context: Context) -> Values:
    """The values; chart https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd.

    * No secret is in the values: Argo CD generates the session key and the first password itself,
      and other Secrets are referenced by name.
    * Dex stores logins in memory and the application controller is not sharded, so that each has
      one replica.
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
            # The chart's would admit all pods to the server; see traffic.py for the platform's.
            "networkPolicy": {"create": False},
            # Argo CD runs before Karpenter has made a node.
            "tolerations": SYSTEM_TOLERATIONS,
            "topologySpreadConstraints": spread({}),
        },
        "configs": {
            "cm": {
                "admin.enabled": settings.admin_enabled,
                "exec.enabled": False,
                **({"dex.config": dex_config(settings)} if settings.connectors else {}),
            },
            # The ingress controller terminates TLS; network policies block other clients.
            "params": {
                "server.insecure": settings.host is not None,
                **({PROGRESSIVE_SYNCS: True} if environment.fleet.applications else {}),
            },
            "rbac": policy(settings),
            "repositories": {
                name: {"name": name, "url": repository.url, "type": repository.type}
                for name, repository in settings.repositories.items()
            },
            "clusterCredentials": cluster_credentials(settings) | fleet_credentials(environment),
        },
        "controller": _component(metrics, "500m", "1Gi") | _account(environment, CONTROLLER),
        "server": _component(metrics, "100m", "256Mi", several=several) | server,
        "repoServer": _component(metrics, "250m", "512Mi", several=several)
        | {"copyutil": {"resources": resources("50m", "64Mi")}}
        | NO_TOKEN
        | {"serviceAccount": NO_TOKEN},
        "applicationSet": _component(metrics, "100m", "256Mi", several=several),
        "notifications": _component(metrics, "50m", "128Mi"),
        "dex": {"enabled": bool(settings.connectors)} | _component(metrics, "50m", "128Mi"),
        "redis": {
            "enabled": not several,
            "exporter": exporter(),
            "serviceAccount": {"create": True} | NO_TOKEN,
        }
        | NO_TOKEN
        | _component(metrics, "100m", "256Mi"),
        "redisSecretInit": {"resources": resources("50m", "64Mi")},
        "redis-ha": redis_ha(environment) if several else {"enabled": False},
    }


def _component(
    metrics: dict[str, Any], cpu: str, memory: str, *, several: bool | None = None
) -> dict[str, Any]:
    """Values of a component; `several` is None where it always has one replica."""
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
    """The Ingress behind the front door, with a certificate from cert-manager.

    Where the controller reads no Ingress there is a route instead (addon.py).
    """
    settings, ingress = environment.platform.argo_cd, environment.platform.ingress
    door = chosen(environment, settings.load_balancer)
    if settings.host is None or routes_only(environment):
        return {"enabled": False}
    annotations = dict(STREAMS) if ingress.controller == "nginx" else {}
    made: dict[str, Any] = {
        "enabled": True,
        "ingressClassName": door.class_name,
        "annotations": annotations,
    }
    if not door.serves_tls:
        # The front door serves HTTP only; an Ingress with TLS would redirect to HTTPS.
        return made
    issuer = {"cert-manager.io/cluster-issuer": ingress.certificate_issuer}
    return made | {"tls": True, "annotations": annotations | issuer}
