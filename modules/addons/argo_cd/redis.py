"""Highly available Redis for Argo CD: three servers, and proxies that find the leader.

The chart's network policy is for a single Redis only, and the subchart's policies also limit
egress, in some versions without DNS. So these policies are added.
https://github.com/argoproj/argo-helm/issues/2526
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from config.environment import Environment
from modules.addons.argo_cd.hub import CONTROLLER, SERVER
from modules.helm.contract import Values
from modules.helm.metrics import metrics_on, prometheus_pods
from modules.scheduling import SYSTEM_TOLERATIONS, ZONE, resources

NAME_LABEL: Final = "app.kubernetes.io/name"

SERVERS: Final = "argocd-redis-ha"
PROXIES: Final = "argocd-redis-ha-haproxy"
"""Values of the label: the chart sets it on the proxies, these values on the servers.
"""

CLIENTS: Final = (CONTROLLER, SERVER, "argocd-repo-server")
"""Clients of Redis, by the same label.
https://github.com/argoproj/argo-cd/tree/master/manifests/ha/base/redis-ha"""

REDIS_PORT: Final = 6379
SENTINEL_PORT: Final = 26379
SERVERS_METRICS_PORT: Final = 9121
PROXIES_METRICS_PORT: Final = 9101

PROXY_CONFIGURATION: Final = "global\n  maxconn 4096\n"
"""By default HAProxy allocates memory for as many connections as open files, a million on EKS
nodes.
https://github.com/argoproj/argo-cd/issues/15319"""


def redis_ha(environment: Environment) -> Values:
    """Values of the subchart.

    Source: https://github.com/DandyDeveloper/charts/tree/master/charts/redis-ha
    """
    monitor = {"serviceMonitor": {"enabled": metrics_on(environment)}}
    return {
        "enabled": True,
        "replicas": 3,
        # Two of three servers on one node would take the majority with them. A pod without a node
        # of its own waits for one; the other two go on.
        "hardAntiAffinity": True,
        "labels": {NAME_LABEL: SERVERS},
        "tolerations": SYSTEM_TOLERATIONS,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "redis": {"resources": resources("100m", "256Mi")},
        "sentinel": {"resources": resources("20m", "64Mi")},
        "splitBrainDetection": {"resources": resources("10m", "64Mi")},
        "exporter": exporter() | monitor,
        "init": {"resources": resources("20m", "64Mi")},
        "haproxy": {
            "replicas": 3,
            "hardAntiAffinity": True,
            "tolerations": SYSTEM_TOLERATIONS,
            "podDisruptionBudget": {"maxUnavailable": 1},
            "extraConfig": PROXY_CONFIGURATION,
            "metrics": {"enabled": True} | monitor,
            "resources": resources("50m", "256Mi"),
            "init": {"resources": resources("20m", "64Mi")},
        },
        "topologySpreadConstraints": {
            "enabled": True,
            "maxSkew": 1,
            "topologyKey": ZONE,
            "whenUnsatisfiable": "ScheduleAnyway",
        },
    }


def exporter() -> Values:
    """Values of the container that exports Redis's metrics."""
    return {"enabled": True, "resources": resources("20m", "64Mi")}


def network_policies(environment: Environment) -> list[dict[str, Any]]:
    """Network policies of the servers and the proxies."""
    prometheus = [prometheus_pods(environment)] if metrics_on(environment) else []
    return [
        _policy(
            SERVERS,
            _allowed([_pods(SERVERS), _pods(PROXIES)], REDIS_PORT, SENTINEL_PORT),
            _allowed(prometheus, SERVERS_METRICS_PORT),
        ),
        _policy(
            PROXIES,
            _allowed([_pods(client) for client in CLIENTS], REDIS_PORT),
            _allowed(prometheus, PROXIES_METRICS_PORT),
        ),
    ]


def _pods(name: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {NAME_LABEL: name}}}


def _allowed(callers: Sequence[Mapping[str, Any]], *ports: int) -> list[dict[str, Any]]:
    """A rule without `from` would allow everyone."""
    if not callers:
        return []
    return [{"from": list(callers), "ports": [{"protocol": "TCP", "port": port} for port in ports]}]


def _policy(name: str, *allowed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            **_pods(name),
            "policyTypes": ["Ingress"],
            "ingress": [rule for rules in allowed for rule in rules],
        },
    }
