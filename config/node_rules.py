"""Rules of node groups: sizes, machines, zones, labels and the way in."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.nodes import NodeGroup, Nodes
from config.problem import Path, Problem

SYSTEM: Final = "system"
"""The group that `cluster.system_nodes` makes."""

FEWEST_SYSTEM_NODES: Final = 2
"""CoreDNS, Karpenter and the drivers have two replicas, on different nodes.
https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/"""

PODS_OF_SMALL_MACHINES: Final = 110
PROCESSORS_OF_LARGE_MACHINES: Final = 30
"""Up to 30 processors 110 pods, above 250.
https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html"""

_GRAVITON: Final = re.compile(r"^(a1|[a-z]+[0-9]+g[a-z]*)(-[a-z0-9]+)?\.")
_LARGER: Final = re.compile(r"\.([0-9]+)xlarge$")
_RESERVED: Final = re.compile(r"(^|\.)(kubernetes\.io|k8s\.io|eks\.amazonaws\.com)$")
_ALLOWED: Final = re.compile(r"(^|\.)node\.kubernetes\.io$|(^|\.)kubelet\.kubernetes\.io$")


def groups(environment: Environment) -> Iterator[tuple[Path, Nodes]]:
    """All node groups with the paths of their settings, the system group first.

    Args:
        environment: the environment.
    """
    yield ("cluster", "system_nodes"), environment.cluster.system_nodes
    for name, group in environment.cluster.node_groups.items():
        yield ("cluster", "node_groups", name), group


def sizes_are_ordered(environment: Environment) -> Iterator[Problem]:
    """A group's size to begin with lies between its least and its greatest."""
    for path, nodes in groups(environment):
        if nodes.min_size > nodes.max_size:
            message = f"is smaller than min_size, {nodes.min_size}"
            yield Problem((*path, "max_size"), message, nodes.max_size)
        elif not nodes.min_size <= nodes.desired_size <= nodes.max_size:
            yield Problem(
                (*path, "desired_size"),
                "is not between min_size and max_size",
                nodes.desired_size,
                f"{nodes.min_size} to {nodes.max_size}",
            )


def system_nodes_survive_one(environment: Environment) -> Iterator[Problem]:
    """The platform's own pods outlive a node."""
    size = environment.cluster.system_nodes.min_size
    if size < FEWEST_SYSTEM_NODES:
        yield Problem(
            ("cluster", "system_nodes", "min_size"),
            "leaves the platform's own pods on one node",
            size,
            f"{FEWEST_SYSTEM_NODES} or more",
            str(FEWEST_SYSTEM_NODES),
        )


def instance_types_fit(environment: Environment) -> Iterator[Problem]:
    """Instance types are named once, and are of the group's architecture."""
    for path, nodes in groups(environment):
        for index, instance_type in enumerate(nodes.instance_types):
            place = (*path, "instance_types", index)
            architecture = "arm64" if _GRAVITON.match(instance_type) else "x86_64"
            if instance_type in nodes.instance_types[:index]:
                yield Problem(place, "is there a second time", instance_type)
            elif architecture != nodes.architecture:
                yield Problem(
                    place,
                    f"is {architecture}, the group is {nodes.architecture}",
                    instance_type,
                    f"types of {nodes.architecture}, or architecture: {architecture}",
                )


def pods_fit_machines(environment: Environment) -> Iterator[Problem]:
    """Only machines with more than 30 processors run more than 110 pods."""
    for path, nodes in groups(environment):
        small = [name for name in nodes.instance_types if not _is_large(name)]
        if nodes.max_pods > PODS_OF_SMALL_MACHINES and small:
            yield Problem(
                (*path, "max_pods"),
                f"is too many for {small[0]}, which has {PROCESSORS_OF_LARGE_MACHINES} "
                "processors or fewer",
                nodes.max_pods,
                f"up to {PODS_OF_SMALL_MACHINES}",
                str(PODS_OF_SMALL_MACHINES),
            )


def zones_of_groups_exist(environment: Environment) -> Iterator[Problem]:
    """A node group's zones are the VPC's, each once."""
    known = environment.network.availability_zones
    for name, group in environment.cluster.node_groups.items():
        for index, zone in enumerate(group.zones):
            path = ("cluster", "node_groups", name, "zones", index)
            if zone not in known:
                message = "is a zone that network.availability_zones does not name"
                yield Problem(path, message, zone, ", ".join(sorted(known)))
            elif zone in group.zones[:index]:
                yield Problem(path, "names a zone a second time", zone)


def group_names_are_free(environment: Environment) -> Iterator[Problem]:
    """`system` is the group of `cluster.system_nodes`."""
    if SYSTEM in environment.cluster.node_groups:
        message = "is the name of the group that cluster.system_nodes makes"
        yield Problem(("cluster", "node_groups", SYSTEM), message, SYSTEM)


def labels_and_taints_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Labels keep out of Kubernetes' and EKS's own; a taint appears once.

    https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
    """
    for name, group in environment.cluster.node_groups.items():
        path = ("cluster", "node_groups", name)
        for key in group.labels:
            prefix = key.rpartition("/")[0]
            if _RESERVED.search(prefix) and not _ALLOWED.search(prefix):
                message = "is a label that nodes may not set themselves"
                yield Problem((*path, "labels", key), message, key)
            if key == "node-group":
                message = "is the label that carries the group's name"
                yield Problem((*path, "labels", key), message, key)
        yield from _repeated_taints(path, group)


def ssh_is_complete(environment: Environment) -> Iterator[Problem]:
    """SSH needs both an address block and a key pair."""
    ssh = environment.cluster.node_ssh
    path = ("cluster", "node_ssh")
    if ssh.cidrs and ssh.key_pair is None:
        yield Problem((*path, "key_pair"), "is missing: nobody could log in", None)
    if ssh.key_pair is not None and not ssh.cidrs:
        yield Problem((*path, "cidrs"), "is empty: the key pair would be of no use", [])


def workloads_have_nodes(environment: Environment) -> Iterator[Problem]:
    """Without Karpenter, other node groups run what the system nodes do not tolerate."""
    cluster = environment.cluster
    if cluster.autoscaler != "karpenter" and not any(
        all(taint.effect == "PreferNoSchedule" for taint in group.taints) and group.max_size
        for group in cluster.node_groups.values()
    ):
        yield Problem(
            ("cluster", "autoscaler"),
            "leaves no node for workloads: the system nodes are tainted",
            cluster.autoscaler,
            "karpenter, or a group without taints in cluster.node_groups",
            "karpenter",
        )


def _repeated_taints(path: Path, group: NodeGroup) -> Iterator[Problem]:
    seen = Counter[tuple[str, str]]()
    for index, taint in enumerate(group.taints):
        seen[taint.key, taint.effect] += 1
        if seen[taint.key, taint.effect] > 1:
            yield Problem((*path, "taints", index), "repeats a taint", taint.key)


def _is_large(instance_type: str) -> bool:
    """Says whether a machine has more than 30 processors; an xlarge has four."""
    larger = _LARGER.search(instance_type)
    if larger is None:
        return ".metal" in instance_type
    return int(larger[1]) * 4 > PROCESSORS_OF_LARGE_MACHINES
