"""Highly available Redis for Argo CD: three servers, and proxies that find the leader."""

from typing import Final

from config.environment import Environment
from modules.helm.contract import Values
from modules.helm.metrics import metrics_on
from modules.scheduling import SYSTEM_TOLERATIONS, ZONE, resources

NAME_LABEL: Final = "app.kubernetes.io/name"

SERVERS: Final = "argocd-redis-ha"
"""Name of the servers, by the label; the chart sets none on them."""

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
            "serviceAccount": {"automountToken": False},
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
