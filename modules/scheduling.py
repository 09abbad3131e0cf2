"""Chart values for scheduling: tolerations, topology spread and resources."""

from collections.abc import Mapping
from typing import Any, Final

SYSTEM_TOLERATIONS: Final[list[dict[str, Any]]] = [
    {"key": "CriticalAddonsOnly", "operator": "Exists"}
]
"""Lets pods run on the system nodes, which exist before Karpenter makes others."""

EVERYWHERE: Final[list[dict[str, Any]]] = [{"operator": "Exists"}]
"""Lets pods onto any node, whatever its taints."""

NODE_CRITICAL: Final = "system-node-critical"
"""Priority of pods without which a node does not do its work.
https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/"""

ZONE: Final = "topology.kubernetes.io/zone"
HOST: Final = "kubernetes.io/hostname"


def spread(labels: Mapping[str, str], *keys: str) -> list[dict[str, Any]]:
    """Topology spread constraints that never block scheduling: a lost zone must not stop pods.

    Args:
        labels: labels of the pods; empty where the chart fills them in.
        keys: topology keys; ZONE and HOST by default.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    """
    selector = {"labelSelector": {"matchLabels": dict(labels)}} if labels else {}
    return [
        {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", **selector}
        for key in keys or (ZONE, HOST)
    ]


def resources(cpu: str, memory: str) -> dict[str, Any]:
    """Requests, and a memory limit equal to the request.

    Memory beyond the request would be taken from other pods. CPU is shared in proportion to the
    requests, so that a CPU limit would only leave idle CPU unused.

    Args:
        cpu: for example `100m`.
        memory: for example `128Mi`.
    """
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
