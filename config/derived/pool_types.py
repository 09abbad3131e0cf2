"""Which instance types Karpenter may choose for a pool, by the table of instance types."""

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Final

from config.addons.karpenter import NodePool, Requirement
from config.derived import accelerators, machines
from config.derived.machines import InstanceTypeInfo

_ARCHITECTURES: Final = {"x86_64": "amd64", "arm64": "arm64"}

_SCHEME: Final = re.compile(r"^([a-z]+)(-[0-9]+tb)?([0-9]+)")
"""Category and generation of a family.
https://github.com/aws/karpenter-provider-aws/blob/main/pkg/providers/instancetype/types.go"""

_GROUP: Final = "karpenter.k8s.aws/instance-"

_AUTO_GROUP: Final = "eks.amazonaws.com/instance-"

_LABELS: Final = frozenset(
    f"{_GROUP}{name}" for name in ("cpu", "memory", "category", "family", "generation", "size")
)
"""Labels of nodes whose values the table has: the keys of `_labels`."""


def category(family: str) -> str:
    """The category of a family as Karpenter names it, for example m of m7g; empty if unclear."""
    found = _SCHEME.match(family)
    return found[1] if found else ""


def generation(family: str) -> int | None:
    """The generation of a family, for example 7 of m7g."""
    found = _SCHEME.match(family)
    return int(found[3]) if found else None


def candidates(pool: NodePool) -> Iterator[InstanceTypeInfo]:
    """The types of the table that fit all that a pool requires.

    Requirements of labels whose values the table does not have are taken as fulfilled.
    """
    for _, info in named_candidates(pool):
        yield info


def candidate_names(pool: NodePool) -> Iterator[str]:
    """The names of these types, and those of types that the pool names and the table lacks."""
    for name, _ in named_candidates(pool):
        yield name
    for name in pool.instance_types:
        if machines.describe(name) is None:
            yield name


def only_gpus(pool: NodePool) -> bool:
    """Whether all nodes of a pool have GPUs of NVIDIA.

    Karpenter chooses types with GPUs for other pods only where a pool has no other types.
    """
    found = False
    for name in candidate_names(pool):
        if not accelerators.has_nvidia_gpus(name):
            return False
        found = True
    return found


def named_candidates(pool: NodePool) -> Iterator[tuple[str, InstanceTypeInfo]]:
    """The same as `candidates`, with their names."""
    # There are many types, of few families.
    allows_family = cache(partial(_allows_family, pool))
    requirements = [
        (label, each) for each in pool.requirements if (label := _label(each.key)) in _LABELS
    ]
    for name in pool.instance_types or machines.known_types():
        family, _, size = name.partition(".")
        if not pool.instance_types and not (
            allows_family(family) and (not pool.instance_sizes or size in pool.instance_sizes)
        ):
            continue
        info = machines.describe(name)
        if info is None or _ARCHITECTURES[info.architecture] not in pool.architectures:
            continue
        if not requirements:
            yield name, info
            continue
        labels = _labels(family, size, info)
        if all(_meets(labels[label], each) for label, each in requirements):
            yield name, info


def _label(key: str) -> str:
    """Karpenter's name of a label, which has another domain in EKS Auto Mode."""
    return key.replace(_AUTO_GROUP, _GROUP, 1)


def _allows_family(pool: NodePool, family: str) -> bool:
    above, own = pool.instance_generation_above, generation(family)
    if above is not None and (own is None or own <= above):
        return False
    named = ((category(family), pool.instance_categories), (family, pool.instance_families))
    return not any(allowed and value not in allowed for value, allowed in named)


def _labels(family: str, size: str, info: InstanceTypeInfo) -> dict[str, str]:
    """Labels of nodes by the table. Source: https://karpenter.sh/docs/reference/instance-types/."""
    return {
        f"{_GROUP}cpu": str(info.vcpus),
        f"{_GROUP}memory": str(info.memory_mib),
        f"{_GROUP}category": category(family),
        f"{_GROUP}family": family,
        f"{_GROUP}generation": str(generation(family) or ""),
        f"{_GROUP}size": size,
    }


def _meets(value: str, requirement: Requirement) -> bool:
    values = requirement.values
    match requirement.operator:
        case "In":
            return not values or value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return bool(value)
        case "DoesNotExist":
            return not value
        case comparison:
            if not (value.isdecimal() and len(values) == 1 and values[0].isdecimal()):
                return True
            own, other = int(value), int(values[0])
            return {
                "Gt": own > other,
                "Gte": own >= other,
                "Lt": own < other,
                "Lte": own <= other,
            }[comparison]
