"""Pods of an add-on, by where its values say how many there are and what they ask for."""

from dataclasses import dataclass
from typing import Final

NODE: Final = "node"
"""In place of a path of replicas: one pod on every node, as a DaemonSet makes them."""

JOB: Final = "job"
"""In place of a path of replicas: a pod that ends when its work is done. Such pods come one after
the other, so that room for the largest is enough."""


@dataclass(frozen=True)
class Workload:
    """Pods that are alike.

    Capacity is reckoned from the merged values, the user's included, so nothing here is a number.
    Paths are written with dots; a number in one is a place in a list
    (`eck-elasticsearch.nodeSets.0.count`).

    Attributes:
        name: what they are, for example `controller`.
        resources: paths of the `resources` of each of a pod's containers that run side by side.
        replicas: path of their number, NODE, or JOB. Where an autoscaler sets it, path of its
            minimum. Empty where the chart always makes one.
        system: whether they tolerate the system nodes' taint. Where not, they are for the nodes
            that an autoscaler makes.
        init_resources: paths of the `resources` of containers that run one by one before these.
        enabled: path of what switches them on; empty where they are always there.
    """

    name: str
    resources: tuple[str, ...]
    replicas: str = ""
    system: bool = True
    init_resources: tuple[str, ...] = ()
    enabled: str = ""
