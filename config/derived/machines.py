"""What a node of an instance type has for pods, without asking AWS."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from config.sections.cluster_nodes import Nodes
from config.types.quantity import MEBIBYTE, Amount

GIB_PER_PROCESSOR: Final = {"c": 2, "m": 4, "r": 8}
"""From the fifth generation on. https://aws.amazon.com/ec2/instance-types/"""

EXCEPTIONS: Final = ("c5n",)
"""Families with another ratio."""

BURSTABLE: Final = {
    "nano": (2, "0.5"),
    "micro": (2, "1"),
    "small": (2, "2"),
    "medium": (2, "4"),
    "large": (2, "8"),
    "xlarge": (4, "16"),
    "2xlarge": (8, "32"),
}
"""Processors and GiB of t3, t3a and t4g. https://aws.amazon.com/ec2/instance-types/t4/"""

_FAMILY: Final = re.compile(r"^([cmr])([5-9])[a-z]*(-flex)?$")
_XLARGE: Final = re.compile(r"^([0-9]*)xlarge$")

ADDRESSES: Final = {
    "medium": 8,
    "large": 29,
    "xlarge": 58,
    "2xlarge": 58,
    "4xlarge": 234,
    "8xlarge": 234,
    "9xlarge": 234,
    "12xlarge": 234,
}
"""Pods that the addresses of a machine's interfaces are enough for, by its size.
https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/maxpods/eni-max-pods.txt"""

BURSTABLE_ADDRESSES: Final = {"nano": 4, "micro": 4, "small": 11, "medium": 17, "large": 35}

PREFIX: Final = 16
"""Addresses of a /28 prefix, which prefix delegation puts in the place of a single one.
https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html"""

WITHOUT_ADDRESS: Final = 2
"""Pods in ADDRESSES that have the node's own address: the VPC CNI and kube-proxy."""

SIZES_IN_XLARGE: Final = frozenset({1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 48, 96})
"""Multiples that machines of the fifth to ninth generation come in."""

MOST_ADDRESSES: Final = 737
"""Those of all larger machines."""

VIRTUALIZATION: Final = Decimal("0.075")
"""Share of the memory that the hypervisor and the kernel take, as Karpenter reckons.
https://karpenter.sh/docs/reference/settings/ (VM_MEMORY_OVERHEAD_PERCENT)"""

EVICTION_MIB: Final = 100
"""Memory that the kubelet keeps free."""

SIZES: Final = (*BURSTABLE, "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")


def allocatable(instance_type: str, nodes: Nodes) -> Amount | None:
    """What a node offers to pods; None where the instance type is not known here.

    Processors and memory are those of the type, less what EKS's images reserve. Amazon Linux 2023
    reserves memory by the pods that the machine's addresses are enough for, whatever their limit;
    Bottlerocket by the limit.

    Args:
        instance_type: the instance type.
        nodes: image and limit of pods.

    Sources:
        https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go,
        https://github.com/awslabs/amazon-eks-ami/pull/367,
        https://bottlerocket.dev/en/os/latest/api/settings/kubernetes/
    """
    shape = _shape(instance_type)
    if shape is None:
        return None
    processors, gib = shape
    pods = nodes.max_pods if nodes.ami == "bottlerocket" else _addresses(instance_type)
    reserved_mib = 255 + 11 * pods + EVICTION_MIB
    mib = gib * 1024 * (1 - VIRTUALIZATION) - reserved_mib
    return Amount(processors - _reserved(processors), mib * MEBIBYTE, nodes.max_pods)


def smallest(nodes: Nodes) -> Amount | None:
    """What any node of a group offers at the least; None where none of its types is known here.

    Args:
        nodes: the group.
    """
    least = None
    for instance_type in nodes.instance_types:
        offered = allocatable(instance_type, nodes)
        if offered is not None:
            least = offered if least is None else least.smaller(offered)
    return least


def larger_types(instance_type: str) -> Sequence[str]:
    """Larger types of the same family, the next one first.

    Args:
        instance_type: the instance type.
    """
    family, _, size = instance_type.partition(".")
    if size not in SIZES:
        return ()
    larger = (f"{family}.{name}" for name in SIZES[SIZES.index(size) + 1 :])
    return [name for name in larger if _shape(name) is not None]


def pod_addresses(instance_type: str) -> int:
    """Pods that a machine has addresses for, with prefix delegation where it has that.

    Args:
        instance_type: the instance type.
    """
    single = _addresses(instance_type)
    if instance_type.startswith("t2."):
        return single
    return (single - WITHOUT_ADDRESS) * PREFIX + WITHOUT_ADDRESS


def may_exist(instance_type: str) -> bool:
    """Whether there may be such a type: false only where a well-known family has no such size.

    Args:
        instance_type: the instance type.
    """
    family, _, size = instance_type.partition(".")
    if family in {"t2", "t3", "t3a", "t4g"}:
        return size in BURSTABLE
    if _FAMILY.match(family) is None or size.startswith("metal") or size == "large":
        return True
    larger = _XLARGE.match(size)
    if larger is not None:
        return int(larger[1] or 1) in SIZES_IN_XLARGE
    return size == "medium" and family[2:3] in {"a", "g"}


def _shape(instance_type: str) -> tuple[int, Decimal] | None:
    """Processors and GiB."""
    family, _, size = instance_type.partition(".")
    if family in {"t3", "t3a", "t4g"}:
        known = BURSTABLE.get(size)
        return known and (known[0], Decimal(known[1]))
    category = _FAMILY.match(family)
    processors = _processors(size)
    if category is None or processors is None or family in EXCEPTIONS:
        return None
    return processors, Decimal(processors * GIB_PER_PROCESSOR[category[1]])


def _processors(size: str) -> int | None:
    if size in {"medium", "large"}:
        return {"medium": 1, "large": 2}[size]
    larger = _XLARGE.match(size)
    return 4 * int(larger[1] or 1) if larger else None


def _addresses(instance_type: str) -> int:
    family, _, size = instance_type.partition(".")
    if family.startswith("t") and size in BURSTABLE_ADDRESSES:
        return BURSTABLE_ADDRESSES[size]
    return ADDRESSES.get(size, MOST_ADDRESSES)


def _reserved(processors: int) -> Decimal:
    """6 % of the first processor, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest."""
    shares = [Decimal("0.06"), Decimal("0.01"), *[Decimal("0.005")] * 2]
    rest = max(0, processors - len(shares)) * Decimal("0.0025")
    return sum(shares[:processors], rest)
