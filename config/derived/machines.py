"""What a node of an instance type has for pods, without asking AWS."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from config.sections.cluster_nodes import Nodes
from config.types.quantity import MEBIBYTE, Amount

FILE: Final = Path(__file__).with_name("instance_types.tsv")

PREFIX: Final = 16
"""Addresses of a /28 prefix, which prefix delegation assigns instead of single addresses.
https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html"""

HOST_NETWORK_PODS: Final = 2
"""Pods that use the node's own address: the VPC CNI and kube-proxy."""

RESERVED_INTERFACES: Final = 1
"""Interfaces without addresses for pods: the one that a node starts with, in a private subnet, of
which the VPC CNI gives pods no address."""

TRUNK_INTERFACES: Final = 1
"""Interfaces for pods with security groups of their own, which are in private subnets as well.
https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html"""

WITHOUT_TRUNK: Final = frozenset({"t2", "t3", "t3a", "t4g"})
"""Families without such an interface; types on Xen have none either. Same source."""

UNKNOWN_PODS: Final = 737
"""Pods of an instance type that the table does not have, so that no limit refuses it."""

VIRTUALIZATION: Final = Decimal("0.075")
"""Share of the memory that the hypervisor and the kernel take, as Karpenter estimates it.
https://karpenter.sh/docs/reference/settings/ (VM_MEMORY_OVERHEAD_PERCENT)"""

EVICTION_MIB: Final = 100
"""Memory that the kubelet keeps free."""

COMPLETE_FAMILIES: Final = frozenset({"t2", "t3", "t3a", "t4g"})
"""Families that get no larger sizes."""


@dataclass(frozen=True)
class InstanceTypeInfo:
    """An instance type of the table.

    Attributes:
        architecture: arm64 or x86_64.
        hypervisor: nitro, xen, or metal where there is none.
        memory_mib: memory in MiB.
        interfaces: network interfaces of the default network card.
        addresses: IPv4 addresses of each interface.
    """

    architecture: str
    hypervisor: str
    vcpus: int
    memory_mib: int
    interfaces: int
    addresses: int

    @property
    def secondary_addresses(self) -> int:
        """Addresses for pods: each interface keeps its first for itself."""
        return self.interfaces * (self.addresses - 1)

    @property
    def max_pods(self) -> int:
        """Pods that there are addresses for without prefix delegation.

        https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
        """
        return self.secondary_addresses + HOST_NETWORK_PODS


@cache
def _rows() -> dict[str, str]:
    """The lines of the table by the name of the type; few of them are ever read further."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if not line.startswith("#"))


def known_types() -> tuple[str, ...]:
    """The names of the table, in each family the smallest first."""
    return tuple(_rows())


@cache
def describe(instance_type: str) -> InstanceTypeInfo | None:
    """What the table says of an instance type; None where it does not have it."""
    row = _rows().get(instance_type)
    if row is None:
        return None
    architecture, hypervisor, *numbers = row.split("\t")
    return InstanceTypeInfo(architecture, hypervisor, *map(int, numbers))


def allocatable(instance_type: str, nodes: Nodes) -> Amount | None:
    """What pods can request of a node; None where the table does not have the type, or it is metal.

    Processors and memory are those of the type, less what EKS's images reserve. Amazon Linux 2023
    reserves memory by the pods that the type's addresses are enough for, whatever their limit;
    Bottlerocket by the limit. Bare metal has no hypervisor, and no published overhead.

    Sources:
        https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go,
        https://github.com/awslabs/amazon-eks-ami/pull/367,
        https://bottlerocket.dev/en/os/latest/api/settings/kubernetes/
    """
    known = describe(instance_type)
    if known is None or known.hypervisor == "metal":
        return None
    pods = nodes.max_pods if nodes.ami == "bottlerocket" else known.max_pods
    reserved_mib = 255 + 11 * pods + EVICTION_MIB
    mib = known.memory_mib * (1 - VIRTUALIZATION) - reserved_mib
    return Amount(known.vcpus - _reserved(known.vcpus), mib * MEBIBYTE, nodes.max_pods)


def smallest(nodes: Nodes) -> Amount | None:
    """What any node of a group has at least; None where none of its types is known."""
    least = None
    for instance_type in nodes.instance_types:
        amount = allocatable(instance_type, nodes)
        if amount is not None:
            least = amount if least is None else least.smaller(amount)
    return least


def larger_types(instance_type: str) -> list[str]:
    """Larger types of the same family, the next one first; none of bare metal."""
    family = _family(instance_type)
    if instance_type not in family:
        return []
    least = family[instance_type]
    return [
        name
        for name, other in family.items()
        if (other.vcpus, other.memory_mib) > (least.vcpus, least.memory_mib)
        and other.hypervisor != "metal"
    ]


def pod_addresses(instance_type: str, *, security_groups: bool = True) -> int:
    """Pods that an instance type has addresses for in the pod subnets.

    Types on Nitro have prefix delegation, those on Xen have not. A type whose interfaces are all
    taken by the node and its trunk has addresses for the pods of the host network only.

    Args:
        security_groups: whether pods can have security groups of their own, which takes a trunk.
    """
    known = describe(instance_type)
    if known is None:
        return (UNKNOWN_PODS - HOST_NETWORK_PODS) * PREFIX + HOST_NETWORK_PODS
    trunk = security_groups and has_trunk(instance_type)
    taken = RESERVED_INTERFACES + (TRUNK_INTERFACES if trunk else 0)
    addresses = max(known.interfaces - taken, 0) * (known.addresses - 1)
    if known.hypervisor != "xen":
        addresses *= PREFIX
    return addresses + HOST_NETWORK_PODS


def has_trunk(instance_type: str) -> bool:
    """Whether nodes of a type can have pods with security groups of their own.

    Types that the table lacks are taken as fit, unless their family is known not to be.
    """
    known = describe(instance_type)
    on_xen = known is not None and known.hypervisor == "xen"
    return not on_xen and _family_name(instance_type) not in WITHOUT_TRUNK


def may_exist(instance_type: str) -> bool:
    """Whether there may be such a type: false only where a known family lacks the size.

    A size above the largest of its family, and bare metal, may have been added since the table was
    written.
    """
    family = _family(instance_type)
    if instance_type in family or not family:
        return True
    name, _, size = instance_type.partition(".")
    if size.startswith("metal"):
        return True
    largest = max(other.vcpus for other in family.values())
    of_this_size = [other for other in known_types() if other.endswith(f".{size}")]
    is_larger = any(other.vcpus > largest for other in map(describe, of_this_size) if other)
    return is_larger and name not in COMPLETE_FAMILIES


@cache
def families() -> dict[str, str]:
    """The families of the table with their architectures."""
    rows = _rows()
    return {name.partition(".")[0]: row.split("\t", 1)[0] for name, row in rows.items()}


def is_known_family(instance_type: str) -> bool:
    """Whether the table has the family of a type; a family alone may be given, too."""
    return _family_name(instance_type) in families()


def architecture(instance_type: str) -> str:
    """arm64 or x86_64, which all types of a family share; empty where the table lacks it."""
    return families().get(_family_name(instance_type), "")


def _family_name(instance_type: str) -> str:
    return instance_type.partition(".")[0]


def _family(instance_type: str) -> dict[str, InstanceTypeInfo]:
    prefix = _family_name(instance_type) + "."
    named = ((name, describe(name)) for name in known_types() if name.startswith(prefix))
    return {name: found for name, found in named if found is not None}


def _reserved(vcpus: int) -> Decimal:
    """6 % of the first processor, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest."""
    shares = [Decimal("0.06"), Decimal("0.01"), *[Decimal("0.005")] * 2]
    rest = max(0, vcpus - len(shares)) * Decimal("0.0025")
    return sum(shares[:vcpus], rest)
