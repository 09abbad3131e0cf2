"""Rules of Karpenter's pools and node classes: what its CRDs, their CEL rules or EC2 refuse.

Source: the schemas in chart karpenter-crd 1.14.1. The form of single values is in the types.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from config.addons.karpenter import MAX_LABELS, NodeClass, NodePool, Requirement
from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem
from config.types.taint import Taint
from config.versions import number, table
from rules.registration import rule

KARPENTER: Final[Path] = ("platform", "karpenter")

COMPARISONS: Final = ("Gt", "Lt", "Gte", "Lte")

OWN_SETTINGS: Final = {
    "karpenter.sh/capacity-type": "capacity_types",
    "kubernetes.io/arch": "architectures",
    "topology.kubernetes.io/zone": "zones",
    "node.kubernetes.io/instance-type": "instance_types",
}
"""Labels of nodes that a pool has settings for."""

RESTRICTED_TAGS: Final = (
    "eks:eks-cluster-name",
    "karpenter.sh/nodepool",
    "karpenter.sh/nodeclaim",
    "karpenter.k8s.aws/ec2nodeclass",
)

INSTANCE_LABELS: Final = re.compile(
    r"karpenter\.k8s\.aws/(instance-(tenancy|encryption-in-transit-supported|category|hypervisor"
    r"|family|generation|local-nvme|size|cpu|cpu-manufacturer|cpu-sustained-clock-speed-mhz|memory"
    r"|ebs-bandwidth|network-bandwidth|capability-flex|gpu-(name|manufacturer|count|memory)"
    r"|accelerator-(name|manufacturer|count))|capacity-reservation-(type|id|interruptible)"
    r"|ec2nodeclass|placement-group-(id|partition))"
)
"""Labels of Karpenter about instances; it refuses every other label of its domain."""

IOPS_PER_GIB: Final = 500

IOPS_PER_MIB: Final = 4

DEFAULT_IOPS: Final = 3000
"""IOPS of a gp3 volume without configuration."""

_AMI_VERSIONS: Final = {"al2023": r"v[0-9]{8}", "bottlerocket": r"v[0-9]+\.[0-9]+\.[0-9]+"}

_REPLACED_BY_TYPES: Final = (
    "instance_categories",
    "instance_generation_above",
    "instance_families",
    "instance_sizes",
)


@rule("platform")
def karpenter_has_its_namespace(environment: Environment) -> Iterator[Problem]:
    """Karpenter is in the namespace that its role trusts."""
    settings = environment.platform.karpenter
    if settings.namespace not in {None, "kube-system"}:
        message = "is fixed: the controller's role belongs to kube-system/karpenter"
        yield Problem((*KARPENTER, "namespace"), message, settings.namespace, "kube-system")


@rule("platform")
def node_classes_of_pools_exist(environment: Environment) -> Iterator[Problem]:
    """A pool's node class exists."""
    settings = environment.platform.karpenter
    for name, pool in settings.pools.items():
        if pool.node_class not in settings.classes:
            known = ", ".join(sorted(settings.classes))
            path = (*KARPENTER, "node_pools", name, "node_class")
            yield Problem(path, "is not a configured node class", pool.node_class, known)


@rule("network", "platform")
def zones_of_pools_exist(environment: Environment) -> Iterator[Problem]:
    """A pool's zones are unique zones of the VPC."""
    known = environment.network.availability_zones
    for name, pool in environment.platform.karpenter.pools.items():
        for index, zone in enumerate(pool.zones):
            path = (*KARPENTER, "node_pools", name, "zones", index)
            if zone not in known:
                message = "is a zone that network.availability_zones does not name"
                yield Problem(path, message, zone, ", ".join(sorted(known)))
            elif zone in pool.zones[:index]:
                yield Problem(path, "is a duplicate", zone)


@rule("platform")
def requirements_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Requirements have the values that their operator accepts, and keys that users may set."""
    for name, pool in environment.platform.karpenter.pools.items():
        path = (*KARPENTER, "node_pools", name)
        for index, requirement in enumerate(pool.requirements):
            own = OWN_SETTINGS.get(requirement.key)
            if own:
                message = f"is a requirement that {own} makes"
                yield Problem((*path, "requirements", index, "key"), message, requirement.key)
            elif restricted := restriction(requirement.key):
                yield Problem((*path, "requirements", index, "key"), restricted, requirement.key)
            yield from _values(requirement, (*path, "requirements", index))
        yield from _types(pool, path)


def _values(requirement: Requirement, path: Path) -> Iterator[Problem]:
    operator, values = requirement.operator, requirement.values
    path = (*path, "values")
    if operator in {"In", "NotIn"} and not values:
        yield Problem(path, f"is empty, and {operator} compares with values", [])
    elif operator in {"Exists", "DoesNotExist"} and values:
        yield Problem(path, f"has no effect with {operator}", list(values))
    elif operator in COMPARISONS and not (len(values) == 1 and values[0].isdecimal()):
        message = f"does not fit {operator}"
        yield Problem(path, message, list(values), "one whole number in quotes, 0 or greater")
    if operator == "In" and requirement.min_values and requirement.min_values > len(values):
        message = f"is more than the {len(values)} values that there are"
        yield Problem((*path[:-1], "min_values"), message, requirement.min_values)


def _types(pool: NodePool, path: Path) -> Iterator[Problem]:
    if not pool.instance_types:
        return
    for key in _REPLACED_BY_TYPES:
        if key in pool.model_fields_set:
            yield Problem((*path, key), "has no effect beside instance_types")


def restriction(key: str) -> str:
    """Why Karpenter refuses a label in requirements; empty if it accepts it.

    Args:
        key: the label.
    """
    domain = key.partition("/")[0] if "/" in key else ""
    if key in {"kubernetes.io/hostname", "karpenter.sh/nodepool"}:
        return "is a label that Karpenter sets"
    if domain.endswith("karpenter.sh") and key != "karpenter.sh/capacity-type":
        return "is in a domain that Karpenter reserves"
    if domain.endswith("karpenter.k8s.aws") and not INSTANCE_LABELS.fullmatch(key):
        return "is not a label of Karpenter"
    return ""


@rule("platform")
def labels_and_taints_of_pools_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Labels keep out of Karpenter's own; a taint appears once."""
    for name, pool in environment.platform.karpenter.pools.items():
        path = (*KARPENTER, "node_pools", name)
        if len(pool.labels) > MAX_LABELS:
            message = "has more entries than Karpenter allows"
            yield Problem((*path, "labels"), message, len(pool.labels), f"up to {MAX_LABELS}")
        for key in pool.labels:
            if restricted := restriction(key):
                yield Problem((*path, "labels", key), restricted, key)
        for setting, taints in (("taints", pool.taints), ("startup_taints", pool.startup_taints)):
            yield from _repeated(taints, (*path, setting))


def _repeated(taints: list[Taint], path: Path) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        identity = (taint.key, taint.effect)
        if identity in seen:
            message = f"is a second taint {taint.key} with effect {taint.effect}"
            yield Problem((*path, index), message)
        seen.add(identity)


@rule("platform")
def budgets_are_complete(environment: Environment) -> Iterator[Problem]:
    """A budget has both a schedule and a duration, or neither."""
    for name, pool in environment.platform.karpenter.pools.items():
        for index, budget in enumerate(pool.budgets):
            path = (*KARPENTER, "node_pools", name, "budgets", index)
            if budget.schedule is not None and budget.duration is None:
                yield Problem((*path, "duration"), "is missing beside schedule")
            if budget.duration is not None and budget.schedule is None:
                yield Problem((*path, "schedule"), "is missing beside duration")


@rule("platform")
def reserved_capacity_has_reservations(environment: Environment) -> Iterator[Problem]:
    """Pools with reserved capacity have a node class that names reservations."""
    settings = environment.platform.karpenter
    for name, pool in settings.pools.items():
        node_class = settings.classes.get(pool.node_class)
        reserved = "reserved" in pool.capacity_types
        if node_class is not None and reserved and not node_class.capacity_reservations:
            path = (*KARPENTER, "node_pools", name, "capacity_types")
            message = f"has reserved, and node class {pool.node_class} no capacity_reservations"
            yield Problem(path, message, list(pool.capacity_types))
    for name, node_class in settings.classes.items():
        for index, reservation in enumerate(node_class.capacity_reservations):
            if (reservation.id is None) == (not reservation.tags):
                path = (*KARPENTER, "node_classes", name, "capacity_reservations", index)
                yield Problem(path, "needs either id or tags")


@rule("platform")
def images_fit_their_family(environment: Environment) -> Iterator[Problem]:
    """A release of a node image has the form of its family."""
    for name, node_class in environment.platform.karpenter.classes.items():
        version = node_class.ami_version
        if version and not re.fullmatch(_AMI_VERSIONS[node_class.ami], version):
            example = "v20260801" if node_class.ami == "al2023" else "v1.58.0"
            path = (*KARPENTER, "node_classes", name, "ami_version")
            message = f"is no release of {node_class.ami}"
            yield Problem(path, message, version, f"for example {example}")


@rule("platform")
def volumes_are_possible(environment: Environment) -> Iterator[Problem]:
    """A gp3 volume has at most 500 IOPS per GiB, and 0.25 MiB/s of throughput per IOPS.

    https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
    """
    for name, node_class in environment.platform.karpenter.classes.items():
        path = (*KARPENTER, "node_classes", name)
        iops, throughput = node_class.volume_iops, node_class.volume_throughput
        most = node_class.volume_gib * IOPS_PER_GIB
        if iops is not None and iops > most:
            message = f"is more than {node_class.volume_gib} GiB of gp3 can have"
            allowed = f"up to {most}, {IOPS_PER_GIB} per GiB; or volume_gib: {iops // IOPS_PER_GIB}"
            yield Problem((*path, "volume_iops"), message, iops, allowed)
        most = (iops or DEFAULT_IOPS) // IOPS_PER_MIB
        if throughput is not None and throughput > most:
            message = f"is more than {iops or DEFAULT_IOPS} IOPS of gp3 can have"
            needed = throughput * IOPS_PER_MIB
            allowed = f"up to {most}, 0.25 MiB/s per IOPS; or volume_iops: {needed}"
            yield Problem((*path, "volume_throughput"), message, throughput, allowed)


@rule("name", "tags", "cluster", "platform")
def tags_of_machines_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Tags of instances are not those of Karpenter, EKS and AWS."""
    if environment.cluster.autoscaler == "karpenter":
        yield from _tags(names.default_tags(environment), ("tags",))
    for name, node_class in environment.platform.karpenter.classes.items():
        yield from _node_class_tags(node_class, (*KARPENTER, "node_classes", name))


def _node_class_tags(node_class: NodeClass, path: Path) -> Iterator[Problem]:
    yield from _tags(node_class.tags, (*path, "tags"))
    for index, reservation in enumerate(node_class.capacity_reservations):
        for key, value in reservation.tags.items():
            if not value:
                place = (*path, "capacity_reservations", index, "tags", key)
                yield Problem(place, "is empty, and Karpenter selects by values", value)


def _tags(tags: Mapping[str, str], path: Path) -> Iterator[Problem]:
    for key in tags:
        if key.lower().startswith("aws:") and path != ("tags",):
            yield Problem((*path, key), "begins with aws:, which AWS reserves", key)
        if key in RESTRICTED_TAGS or key.startswith("kubernetes.io/cluster"):
            yield Problem((*path, key), "is a tag that Karpenter sets itself", key)


@rule("platform")
def consolidation_is_known(environment: Environment) -> Iterator[Problem]:
    """Karpenter supports the policy Balanced since 1.14."""
    version = environment.platform.karpenter.version or table().charts["karpenter"].version
    if number(version)[:2] >= (1, 14):
        return
    for name, pool in environment.platform.karpenter.pools.items():
        if pool.consolidation_policy == "Balanced":
            path = (*KARPENTER, "node_pools", name, "consolidation_policy")
            yield Problem(path, f"is unknown to Karpenter {version}", "Balanced", "1.14 or newer")
