"""Rules of the machines of node groups: which there are, and what EKS's images run on."""

import re
from collections.abc import Iterator
from typing import Final

from config.derived import machines
from config.environment import Environment
from config.problem import Problem
from config.sections.cluster_nodes import Nodes
from rules.cluster_nodes import groups

PODS_OF_SMALL_MACHINES: Final = 110
PROCESSORS_OF_LARGE_MACHINES: Final = 30
"""Up to 30 processors 110 pods, above 250.
https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html"""

_GRAVITON: Final = re.compile(r"^(a1|[a-z]+[0-9]+g[a-z]*)(-[a-z0-9]+)?\.")
_LARGER: Final = re.compile(r"\.([0-9]+)xlarge$")
_ACCELERATED: Final = re.compile(r"^(g|gr|p|inf|trn|dl|vt|f)[0-9]")
"""https://aws.amazon.com/ec2/instance-types/#Accelerated_Computing"""


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


def machines_run_the_image(environment: Environment) -> Iterator[Problem]:
    """The instance types exist, EKS takes them, and the node image starts on them.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-ami.html
        https://docs.aws.amazon.com/linux/al2023/ug/system-requirements.html
    """
    for path, nodes in groups(environment):
        for index, instance_type in enumerate(nodes.instance_types):
            if reason := _unfit(instance_type, nodes):
                yield Problem((*path, "instance_types", index), reason, instance_type)


def _unfit(instance_type: str, nodes: Nodes) -> str:
    """Why a machine is of no use in a group; empty where it is."""
    if instance_type.startswith("mac"):
        return "is a Mac, on which EKS has no nodes"
    if not machines.may_exist(instance_type):
        return "is a size that this family does not have"
    if _ACCELERATED.match(instance_type):
        return "needs drivers that this node image has not; Karpenter takes an image that has"
    if instance_type.startswith("a1.") and nodes.ami == "al2023":
        return "is of the first Graviton generation, on which Amazon Linux 2023 does not run"
    return ""


def pods_fit_machines(environment: Environment) -> Iterator[Problem]:
    """Only machines with more than 30 processors run more than 110 pods.

    The kubelet takes the limit as it is, whatever addresses a machine has: pods above them would
    wait for one for ever.
    """
    for path, nodes in groups(environment):
        few = min(nodes.instance_types, key=_pods)
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
        elif nodes.max_pods > _pods(few):
            yield Problem(
                (*path, "max_pods"),
                f"is too many for {few}, which has addresses for {_pods(few)} pods",
                nodes.max_pods,
                f"up to {_pods(few)}",
                str(_pods(few)),
            )


def _pods(instance_type: str) -> int:
    return machines.pod_addresses(instance_type)


def _is_large(instance_type: str) -> bool:
    """Says whether a machine has more than 30 processors; an xlarge has four."""
    larger = _LARGER.search(instance_type)
    if larger is None:
        return ".metal" in instance_type
    return int(larger[1]) * 4 > PROCESSORS_OF_LARGE_MACHINES
