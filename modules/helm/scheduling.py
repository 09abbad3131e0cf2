"""Pieces of chart values that say where pods run."""

from collections.abc import Mapping
from typing import Any, Final

SYSTEM_TOLERATIONS: Final[list[dict[str, Any]]] = [
    {"key": "CriticalAddonsOnly", "operator": "Exists"}
]
"""Lets pods onto the system nodes, which are there before Karpenter makes any other."""

ZONE: Final = "topology.kubernetes.io/zone"
HOST: Final = "kubernetes.io/hostname"


def spread(labels: Mapping[str, str], *keys: str) -> list[dict[str, Any]]:
    """Spreads pods evenly, as far as there is room: a lost zone must not keep pods from starting.

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
    """Requests, and a limit of memory that is the same.

    Memory over the request would be taken from other pods; CPU is shared out by the requests and
    a limit of it would only waste what is free.

    Args:
        cpu: for example `100m`.
        memory: for example `128Mi`.
    """
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
