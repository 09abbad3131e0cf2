"""Rules of node groups: sizes, zones, labels, SSH and instance types."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from config.derived import machines
from config.derived.accelerators import has_nvidia_gpus
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from config.sections.cluster_nodes import SYSTEM, NodeGroup, Nodes
from modules.nodes import accepts_workloads
from rules.registration import rule

FEWEST_SYSTEM_NODES: Final = 2
"""CoreDNS, Karpenter and the drivers have two replicas, on different nodes.
https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/"""

MANAGED_KEY: Final = 63
"""Characters of a label's or taint's key in a managed node group, prefix included.
https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html"""

_RESERVED: Final = re.compile(r"(^|\.)(kubernetes\.io|k8s\.io|eks\.amazonaws\.com)$")

_ALLOWED: Final = re.compile(r"(^|\.)node\.kubernetes\.io$|(^|\.)kubelet\.kubernetes\.io$")

PODS_OF_SMALL_MACHINES: Final = 110

PROCESSORS_OF_LARGE_MACHINES: Final = 30
"""Up to 30 vCPUs 110 pods, above 250.
https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html"""

_ACCELERATED: Final = re.compile(r"^(g|gr|p|inf|trn|dl|vt|f)[0-9]")
"""https://aws.amazon.com/ec2/instance-types/#Accelerated_Computing"""


@rule("cluster")
def instance_types_fit(environment: Environment) -> Iterator[Problem]:
    """Instance types are unique, and have the group's architecture."""
    for path, nodes in groups(environment):
        for index, instance_type in enumerate(nodes.instance_types):
            place = (*path, "instance_types", index)
            architecture = machines.architecture(instance_type) or nodes.architecture
            if instance_type in nodes.instance_types[:index]:
                yield Problem(place, "is a duplicate", instance_type)
            elif architecture != nodes.architecture:
                yield Problem(
                    place,
                    f"is {architecture}, the group is {nodes.architecture}",
                    instance_type,
                    f"types of {nodes.architecture}, or architecture: {architecture}",
                )


@rule("cluster")
def machines_run_the_image(environment: Environment) -> Iterator[Problem]:
    """The instance types exist, and EKS and the node image support them.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-ami.html
        https://docs.aws.amazon.com/linux/al2023/ug/system-requirements.html
    """
    for path, nodes in groups(environment):
        for index, instance_type in enumerate(nodes.instance_types):
            if reason := _unfit(instance_type, nodes):
                yield Problem((*path, "instance_types", index), reason, instance_type)


@rule("cluster", severity="warning")
def families_of_groups_are_known(environment: Environment) -> Iterator[Problem]:
    """Instance types are of families that the table of instance types has."""
    families = machines.families()
    for path, nodes in groups(environment):
        for index, instance_type in enumerate(nodes.instance_types):
            family, _, size = instance_type.partition(".")
            if family not in families:
                near = nearest(family, families)
                suggestion = near and f"{near}.{size}"
                message = "is of a family that the table of EC2's instance types does not have"
                place = (*path, "instance_types", index)
                yield Problem(place, message, instance_type, suggestion=suggestion)


def _unfit(instance_type: str, nodes: Nodes) -> str:
    """Why a group cannot have an instance type; empty if it can."""
    if instance_type.startswith("mac"):
        return "is a Mac, which EKS does not support"
    if not machines.may_exist(instance_type):
        return "is a size that this family does not have"
    if instance_type.startswith("a1.") and nodes.ami == "al2023":
        return "is of the first Graviton generation, on which Amazon Linux 2023 does not run"
    return _without_driver(instance_type, nodes)


def _without_driver(instance_type: str, nodes: Nodes) -> str:
    """Why the drivers of a group's image do not fit an instance type; empty if they do."""
    gpus = has_nvidia_gpus(instance_type)
    if isinstance(nodes, NodeGroup) and nodes.accelerator == "nvidia":
        return "" if gpus else "has no NVIDIA GPU, and accelerator is nvidia"
    if gpus and isinstance(nodes, NodeGroup):
        return "needs a driver that this node image lacks: set accelerator: nvidia"
    if _ACCELERATED.match(instance_type):
        return "needs drivers that this node image lacks; Karpenter selects an image with them"
    return ""


@rule("cluster")
def pods_fit_machines(environment: Environment) -> Iterator[Problem]:
    """Only instances with more than 30 vCPUs run more than 110 pods.

    The kubelet applies the limit without regard to the addresses of an instance: further pods
    would stay pending.
    """
    own_groups = environment.cluster.pod_security_groups
    for path, nodes in groups(environment):
        pods = {
            name: machines.pod_addresses(name, security_groups=own_groups)
            for name in nodes.instance_types
        }
        few = min(nodes.instance_types, key=pods.__getitem__)
        small = [name for name in nodes.instance_types if not _is_large(name)]
        if pods[few] <= machines.HOST_NETWORK_PODS:
            yield Problem(
                (*path, "instance_types", nodes.instance_types.index(few)),
                "has no network interface for pods: its first is the node's, in a private subnet, "
                "and its second is for pods with security groups",
                few,
                "types with three network interfaces or more, or "
                'cluster.addons.vpc-cni.values.env.ENABLE_POD_ENI: "false"',
            )
        elif nodes.max_pods > PODS_OF_SMALL_MACHINES and small:
            yield Problem(
                (*path, "max_pods"),
                f"is too many for {small[0]}, which has {PROCESSORS_OF_LARGE_MACHINES} "
                "processors or fewer",
                nodes.max_pods,
                f"up to {PODS_OF_SMALL_MACHINES}",
                str(PODS_OF_SMALL_MACHINES),
            )
        elif nodes.max_pods > pods[few]:
            yield Problem(
                (*path, "max_pods"),
                f"is too many for {few}, which has addresses for {pods[few]} pods",
                nodes.max_pods,
                f"up to {pods[few]}",
                str(pods[few]),
            )


def _is_large(instance_type: str) -> bool:
    """Whether an instance type has more than 30 vCPUs, or may have for all that is known."""
    known = machines.describe(instance_type)
    return known is None or known.vcpus > PROCESSORS_OF_LARGE_MACHINES


def groups(environment: Environment) -> Iterator[tuple[Path, Nodes]]:
    """All node groups with the paths of their settings, the system group first.

    Args:
        environment: the environment.
    """
    if not environment.cluster.auto_mode:
        yield ("cluster", "system_nodes"), environment.cluster.system_nodes
    for name, group in environment.cluster.node_groups.items():
        yield ("cluster", "node_groups", name), group


@rule("cluster")
def sizes_are_ordered(environment: Environment) -> Iterator[Problem]:
    """A group's desired size is between its minimum and its maximum."""
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


@rule("cluster")
def system_nodes_survive_one(environment: Environment) -> Iterator[Problem]:
    """The platform's pods survive the loss of a node."""
    size = environment.cluster.system_nodes.min_size
    if size < FEWEST_SYSTEM_NODES:
        yield Problem(
            ("cluster", "system_nodes", "min_size"),
            "leaves the platform's own pods on one node",
            size,
            f"{FEWEST_SYSTEM_NODES} or more",
            str(FEWEST_SYSTEM_NODES),
        )


@rule("cluster", "network")
def zones_of_groups_exist(environment: Environment) -> Iterator[Problem]:
    """A node group's zones are unique zones of the VPC."""
    known = environment.network.availability_zones
    for name, group in environment.cluster.node_groups.items():
        for index, zone in enumerate(group.zones):
            path = ("cluster", "node_groups", name, "zones", index)
            if zone not in known:
                message = "is a zone that network.availability_zones does not name"
                yield Problem(path, message, zone, ", ".join(sorted(known)))
            elif zone in group.zones[:index]:
                yield Problem(path, "is a duplicate", zone)


@rule("cluster")
def group_names_are_free(environment: Environment) -> Iterator[Problem]:
    """The name `system` is reserved for `cluster.system_nodes`."""
    if SYSTEM in environment.cluster.node_groups:
        message = "is the name of the group that cluster.system_nodes makes"
        yield Problem(("cluster", "node_groups", SYSTEM), message, SYSTEM)


@rule("cluster")
def labels_and_taints_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Labels are not those of Kubernetes, EKS and Karpenter; taints are unique.

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
                message = "is empty, which EKS does not accept"
                yield Problem((*path, "labels", key), message, value, "1 to 63 characters")
            yield from _long_key((*path, "labels", key), key)
        for index, taint in enumerate(group.taints):
            yield from _long_key((*path, "taints", index, "key"), taint.key)
        yield from _repeated_taints(path, group)


def _wrong_label(key: str) -> str:
    """Why a managed node cannot have a label; empty if it can."""
    prefix = key.rpartition("/")[0]
    if _RESERVED.search(prefix) and not _ALLOWED.search(prefix):
        return "is a label that nodes may not set themselves"
    if prefix.endswith("karpenter.sh") and key != "karpenter.sh/capacity-type":
        return "is a label that Karpenter sets on its nodes"
    return "is the label that carries the group's name" if key == "node-group" else ""


def _long_key(path: Path, key: str) -> Iterator[Problem]:
    if len(key) > MANAGED_KEY:
        message = f"is a key of {len(key)} characters, longer than EKS allows"
        yield Problem(
            path, message, key, f"up to {MANAGED_KEY} characters, including the prefix before /"
        )


def _repeated_taints(path: Path, group: NodeGroup) -> Iterator[Problem]:
    seen = Counter[tuple[str, str]]()
    for index, taint in enumerate(group.taints):
        seen[taint.key, taint.effect] += 1
        if seen[taint.key, taint.effect] > 1:
            yield Problem((*path, "taints", index), "repeats a taint", taint.key)


@rule("cluster")
def ssh_is_complete(environment: Environment) -> Iterator[Problem]:
    """SSH needs both an address block and a key pair."""
    ssh = environment.cluster.node_ssh
    path = ("cluster", "node_ssh")
    if ssh.cidrs and ssh.key_pair is None:
        yield Problem((*path, "key_pair"), "is missing: SSH needs a key pair", None)
    if ssh.key_pair is not None and not ssh.cidrs:
        yield Problem((*path, "cidrs"), "is empty: the key pair has no effect", [])
    if ssh.key_pair is not None and all(
        nodes.ami == "bottlerocket" for _, nodes in groups(environment)
    ):
        message = "has no effect: all nodes run Bottlerocket, which has no SSH by itself"
        yield Problem((*path, "key_pair"), message, ssh.key_pair)


@rule("cluster")
def workloads_have_nodes(environment: Environment) -> Iterator[Problem]:
    """Without Karpenter, pods that do not tolerate the system nodes need other node groups."""
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
