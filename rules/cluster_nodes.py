"""Rules of node groups: sizes, zones, labels and the way in. Machines have their own."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.sections.cluster_nodes import NodeGroup, Nodes
from modules.nodes import accepts_workloads

SYSTEM: Final = "system"
"""The group that `cluster.system_nodes` makes."""

FEWEST_SYSTEM_NODES: Final = 2
"""CoreDNS, Karpenter and the drivers have two replicas, on different nodes.
https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/"""

MANAGED_KEY: Final = 63
"""Characters of a label's or taint's key in a managed node group, prefix included.
https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html"""

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
    """Labels keep out of Kubernetes', EKS's and Karpenter's own; a taint appears once.

    EKS is stricter than Kubernetes: keys are shorter, and no label is empty.

    Sources:
        https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
        https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
    """
    for name, group in environment.cluster.node_groups.items():
        path = ("cluster", "node_groups", name)
        for key, value in group.labels.items():
            if wrong := _wrong_label(key):
                yield Problem((*path, "labels", key), wrong, key)
            elif not value:
                message = "is empty, which EKS does not take for a label"
                yield Problem((*path, "labels", key), message, value, "1 to 63 characters")
            yield from _long_key((*path, "labels", key), key)
        for index, taint in enumerate(group.taints):
            yield from _long_key((*path, "taints", index, "key"), taint.key)
        yield from _repeated_taints(path, group)


def _wrong_label(key: str) -> str:
    """Why a managed node cannot carry a label; empty where it can."""
    prefix = key.rpartition("/")[0]
    if _RESERVED.search(prefix) and not _ALLOWED.search(prefix):
        return "is a label that nodes may not set themselves"
    if prefix.endswith("karpenter.sh") and key != "karpenter.sh/capacity-type":
        return "is a label by which Karpenter knows its own nodes"
    return "is the label that carries the group's name" if key == "node-group" else ""


def _long_key(path: Path, key: str) -> Iterator[Problem]:
    if len(key) > MANAGED_KEY:
        message = f"is a key of {len(key)} characters, longer than EKS takes"
        yield Problem(
            path, message, key, f"up to {MANAGED_KEY} characters, what is before / counted"
        )


def ssh_is_complete(environment: Environment) -> Iterator[Problem]:
    """SSH needs both an address block and a key pair."""
    ssh = environment.cluster.node_ssh
    path = ("cluster", "node_ssh")
    if ssh.cidrs and ssh.key_pair is None:
        yield Problem((*path, "key_pair"), "is missing: nobody could log in", None)
    if ssh.key_pair is not None and not ssh.cidrs:
        yield Problem((*path, "cidrs"), "is empty: the key pair would be of no use", [])
    if ssh.key_pair is not None and all(
        nodes.ami == "bottlerocket" for _, nodes in groups(environment)
    ):
        message = "is of no use: all nodes are of Bottlerocket, which has no SSH by itself"
        yield Problem((*path, "key_pair"), message, ssh.key_pair)


def workloads_have_nodes(environment: Environment) -> Iterator[Problem]:
    """Without Karpenter, other node groups run what the system nodes do not tolerate."""
    cluster = environment.cluster
    if cluster.autoscaler != "karpenter" and not any(
        accepts_workloads(group) and group.max_size for group in cluster.node_groups.values()
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
