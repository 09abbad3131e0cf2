"""The pods of an add-on, as paths of the values with their replicas and resources."""

from dataclasses import dataclass
from typing import Final

NODE: Final = "node"
"""Instead of a path of replicas: one pod on every node, as with a DaemonSet."""

JOB: Final = "job"
"""Instead of a path of replicas: the pod of a Job. Such pods run one after the other, so that
capacity for the largest is enough."""

BY_DEFAULT: Final = "default"
"""Instead of a path: the chart's own default, which this project does not set."""


@dataclass(frozen=True)
class Workload:
    """A group of identical pods.

    Capacity is calculated from the merged values, the user's included, so that there are no numbers
    here. Keys and list indexes of a path are joined by dots (`eck-elasticsearch.nodeSets.0.count`).

    Attributes:
        name: for example `controller`.
        resources: paths of the `resources` of each container of a pod.
        replicas: path of the number of replicas, or of the autoscaler's minimum; NODE; JOB; or
            empty where the chart always makes one.
        system: whether they tolerate the system nodes' taint. Otherwise they run on nodes of an
            autoscaler.
        init_resources: paths of the `resources` of the init containers.
        enabled: path of the value that enables them; empty where they always exist.
        apart: path of the value that keeps each pod on a node of its own by required
            anti-affinity; BY_DEFAULT; or empty where two may share a node.
        volume: whether a pod has a volume of one zone, so that it runs in that zone only.
    """

    name: str
    resources: tuple[str, ...]
    replicas: str = ""
    system: bool = True
    init_resources: tuple[str, ...] = ()
    enabled: str = ""
    apart: str = ""
    volume: bool = False
