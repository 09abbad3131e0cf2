"""Rules of the node pools of EKS Auto Mode.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html,
https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
"""

import re
from collections.abc import Iterator
from typing import Final

from config.addons.karpenter import DEFAULT, NodePool
from config.derived.node_pools import AUTO_DEFAULT_CLASS, AUTO_EXPIRY, node_pools
from config.environment import Environment
from config.problem import Path, Problem
from config.types.durations import seconds
from rules.registration import rule

KARPENTER: Final[Path] = ("platform", "karpenter")

BUILT_IN: Final = ("general-purpose", "system")
"""Names of the pools that EKS makes where they are switched on."""

MOST_DAYS: Final = 21
"""Nodes are gone by then."""

DRAIN: Final = "24h"
"""EKS's default of `termination_grace_period`."""

TOO_SMALL: Final = ("nano", "micro", "small")

LABELS: Final = re.compile(
    r"instance-(category|cpu|cpu-manufacturer|ebs-bandwidth|encryption-in-transit-supported|family"
    r"|generation|gpu-(count|manufacturer|memory|name)|hypervisor|local-nvme|memory"
    r"|network-bandwidth|size)|compute-type"
)

OF_KARPENTER: Final = "karpenter.k8s.aws/"
OF_AUTO_MODE: Final = "eks.amazonaws.com/"


@rule("cluster", "platform")
def names_of_auto_mode_are_free(environment: Environment) -> Iterator[Problem]:
    """Pools and node classes of Auto Mode do not have the names of EKS's own."""
    if not environment.cluster.auto_mode:
        return
    karpenter = environment.platform.karpenter
    for name in karpenter.node_pools:
        if name in BUILT_IN:
            message = "is the name of a built-in pool of EKS Auto Mode"
            yield Problem((*KARPENTER, "node_pools", name), message, name)
    if AUTO_DEFAULT_CLASS in karpenter.node_classes:
        message = f"is the name that the class {DEFAULT} has in EKS Auto Mode"
        path = (*KARPENTER, "node_classes", AUTO_DEFAULT_CLASS)
        yield Problem(path, message, AUTO_DEFAULT_CLASS)


@rule("cluster", "platform")
def nodes_of_auto_mode_end(environment: Environment) -> Iterator[Problem]:
    """A node of Auto Mode is replaced and drained within 21 days."""
    if not environment.cluster.auto_mode:
        return
    for name, pool in node_pools(environment).items():
        path = (*KARPENTER, "node_pools", name)
        age = pool.expire_after
        drain = pool.termination_grace_period or DRAIN
        if age == "Never" or seconds(age) + seconds(drain) > MOST_DAYS * 86400:
            message = f"and termination_grace_period ({drain}) are more than {MOST_DAYS} days"
            allowed = f"for example {AUTO_EXPIRY}"
            yield Problem((*path, "expire_after"), message, age, allowed, AUTO_EXPIRY)


@rule("cluster", "platform")
def requirements_of_auto_mode_are_known(environment: Environment) -> Iterator[Problem]:
    """Requirements of Auto Mode's pools have its labels, and sizes that it launches."""
    if not environment.cluster.auto_mode:
        return
    for name, pool in environment.platform.karpenter.node_pools.items():
        yield from _labels(pool, (*KARPENTER, "node_pools", name))
        for index, size in enumerate(pool.instance_sizes):
            if size in TOO_SMALL:
                path = (*KARPENTER, "node_pools", name, "instance_sizes", index)
                yield Problem(path, "is a size that EKS Auto Mode does not launch", size)


def _labels(pool: NodePool, path: Path) -> Iterator[Problem]:
    for index, requirement in enumerate(pool.requirements):
        key, place = requirement.key, (*path, "requirements", index, "key")
        if key.startswith(OF_KARPENTER):
            right = key.replace(OF_KARPENTER, OF_AUTO_MODE, 1)
            message = "is a label that nodes of EKS Auto Mode do not have"
            yield Problem(place, message, key, f"labels of {OF_AUTO_MODE[:-1]}", right)
        elif key.startswith(OF_AUTO_MODE) and not LABELS.fullmatch(key.removeprefix(OF_AUTO_MODE)):
            yield Problem(place, "is not a label of EKS Auto Mode", key)
