"""Rules of the nodes that Karpenter's pools can make: which, for which pods, and for how long."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from config.addons.karpenter import NodePool
from config.derived import machines, pool_types
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from config.types.cron import CronError, longest_gap
from config.types.durations import seconds
from config.types.quantity import MEBIBYTE, quantity
from modules.nodes import accepts_workloads
from rules.registration import rule

KARPENTER: Final[Path] = ("platform", "karpenter")

NEVER: Final = "Never"

FASTEST_EXPIRY: Final = 3600
"""Seconds; starting a node and draining it take minutes."""


@rule("platform")
def types_of_pools_exist(environment: Environment) -> Iterator[Problem]:
    """Instance types of a pool exist, and have one of its architectures."""
    for path, pool in _pools(environment):
        for index, name in enumerate(pool.instance_types):
            place = (*path, "instance_types", index)
            architecture = {"x86_64": "amd64"}.get(machines.architecture(name), "arm64")
            if name in pool.instance_types[:index]:
                yield Problem(place, "is a duplicate", name)
            elif not machines.may_exist(name):
                yield Problem(place, "is a size that this family does not have", name)
            elif machines.is_known_family(name) and architecture not in pool.architectures:
                message = f"is {architecture}, and architectures has only {pool.architectures[0]}"
                yield Problem(place, message, name, f"architectures: [{architecture}]")


@rule("platform")
def families_fit_the_other_constraints(environment: Environment) -> Iterator[Problem]:
    """A family is of a category, generation and architecture that the pool allows."""
    for path, pool in _pools(environment):
        for index, family in enumerate(pool.instance_families):
            if machines.is_known_family(family):
                yield from _family((*path, "instance_families", index), family, pool)


def _family(path: Path, family: str, pool: NodePool) -> Iterator[Problem]:
    category, generation = pool_types.category(family), pool_types.generation(family)
    architecture = {"x86_64": "amd64"}.get(machines.architecture(family), "arm64")
    categories, above = pool.instance_categories, pool.instance_generation_above
    if categories and category not in categories:
        message = f"is of category {category}, and instance_categories are {', '.join(categories)}"
        yield Problem(path, message, family, f"instance_categories: [{category}] beside it")
    elif above is not None and generation is not None and generation <= above:
        message = f"is of generation {generation}, and instance_generation_above is {above}"
        allowed = f"instance_generation_above: {generation - 1} or less beside it"
        yield Problem(path, message, family, allowed)
    elif architecture not in pool.architectures:
        message = f"is {architecture}, and architectures has only {pool.architectures[0]}"
        yield Problem(path, message, family, f"architectures: [{architecture}] beside it")


@rule("platform", severity="warning")
def families_of_pools_are_known(environment: Environment) -> Iterator[Problem]:
    """Families, categories and types are those of the table of instance types."""
    families = machines.families()
    categories = sorted({pool_types.category(family) for family in families})
    for path, pool in _pools(environment):
        named = (
            ("instance_categories", pool.instance_categories, categories),
            ("instance_families", pool.instance_families, families),
            ("instance_types", pool.instance_types, families),
        )
        for key, values, known in named:
            for index, value in enumerate(values):
                family, dot, size = value.partition(".")
                if family not in known:
                    near = nearest(family, known)
                    suggestion = near and f"{near}{dot}{size}"
                    message = "is unknown to the table of EC2's instance types"
                    yield Problem((*path, key, index), message, value, suggestion=suggestion)


@rule("platform")
def pools_can_make_nodes(environment: Environment) -> Iterator[Problem]:
    """Some instance type fits everything that a pool requires, and its limits."""
    for path, pool in _pools(environment):
        if any(not machines.is_known_family(name) for name in pool.instance_types):
            continue
        if any(not machines.is_known_family(name) for name in pool.instance_families):
            continue
        smallest = None
        cpu, memory = quantity(pool.limits.cpu), quantity(pool.limits.memory) / MEBIBYTE
        for found in pool_types.candidates(pool):
            smallest = smallest or found
            if found.vcpus <= cpu and found.memory_mib <= memory:
                break
        else:
            if smallest is not None:
                yield from _small_limits(path, pool, cpu, memory)
            elif not pool.instance_types and not any(_named_families(environment, path)):
                yield Problem(path, "can never make a node: no instance type fits all constraints")


@rule("cluster", "platform", severity="warning")
def nodes_of_pools_have_addresses(environment: Environment) -> Iterator[Problem]:
    """Every instance type of a pool has addresses for `max_pods` pods of its node class.

    Karpenter applies `max_pods` without regard to addresses: further pods would wait on the node.
    """
    own_groups = environment.cluster.pod_security_groups
    classes = environment.platform.karpenter.classes
    for path, pool in _pools(environment):
        if pool.node_class not in classes:
            continue
        wanted = classes[pool.node_class].max_pods
        few = {
            name: machines.pod_addresses(name, security_groups=own_groups)
            for name, _ in pool_types.named_candidates(pool)
        }
        name = min(few, key=few.__getitem__, default="")
        if name and few[name] < wanted:
            message = (
                f"lets Karpenter choose {name}, which has addresses for {few[name]} pods, and "
                f"max_pods of node class {pool.node_class} is {wanted}"
            )
            allowed = f"types with addresses for {wanted} pods, or a class with a lower max_pods"
            yield Problem(path, message, allowed=allowed)


def _named_families(environment: Environment, path: Path) -> Iterator[Problem]:
    """What is said of the pool's families already."""
    for problem in families_fit_the_other_constraints(environment):
        if problem.path[: len(path)] == path:
            yield problem


def _small_limits(path: Path, pool: NodePool, cpu: Decimal, memory: Decimal) -> Iterator[Problem]:
    found = list(pool_types.candidates(pool))
    least_cpu = min(each.vcpus for each in found)
    least_memory = min(each.memory_mib for each in found)
    message = "leaves no room for a single node"
    if cpu < least_cpu:
        allowed = f"{least_cpu} or more, the smallest of its instance types"
        yield Problem((*path, "limits", "cpu"), message, pool.limits.cpu, allowed)
    if memory < least_memory:
        allowed = f"{least_memory}Mi or more, the smallest of its instance types"
        yield Problem((*path, "limits", "memory"), message, pool.limits.memory, allowed)
    if cpu >= least_cpu and memory >= least_memory:
        given = f"{pool.limits.cpu} CPU and {pool.limits.memory}"
        yield Problem((*path, "limits"), f"{message}: no type has as little of both", given)


@rule("cluster", "platform")
def pods_without_tolerations_have_a_pool(environment: Environment) -> Iterator[Problem]:
    """Some pool or node group has no taint: the ingress controller and most pods tolerate none."""
    if environment.cluster.autoscaler != "karpenter":
        return
    karpenter = environment.platform.karpenter
    groups = environment.cluster.node_groups.values()
    if any(accepts_workloads(pool) for pool in karpenter.pools.values()):
        return
    if not any(accepts_workloads(group) and group.max_size for group in groups):
        message = "leave no node for pods without tolerations, such as the ingress controller's"
        path = (*KARPENTER, "node_pools")
        involved = ((*KARPENTER, "default_node_pool"),)
        yield Problem(path, message, allowed="a pool without taints", involved=involved)


@rule("platform")
def default_pool_is_there_once(environment: Environment) -> Iterator[Problem]:
    """The pool `default` is not both left out and configured."""
    karpenter = environment.platform.karpenter
    if not karpenter.default_node_pool and "default" in karpenter.node_pools:
        path = (*KARPENTER, "default_node_pool")
        yield Problem(path, "leaves out a pool that node_pools configures", value=False)


@rule("platform")
def budgets_have_schedules(environment: Environment) -> Iterator[Problem]:
    """A budget's schedule is one that Karpenter can read and that has a next time."""
    for path, pool in _pools(environment):
        for index, budget in enumerate(pool.budgets):
            if budget.schedule is None:
                continue
            try:
                longest_gap(budget.schedule)
            except CronError as error:
                place = (*path, "budgets", index, "schedule")
                yield Problem(place, str(error), budget.schedule)
            if budget.duration is not None and not seconds(budget.duration):
                place = (*path, "budgets", index, "duration")
                yield Problem(place, "is no time at all", budget.duration)


@rule("platform", severity="warning")
def budgets_let_nodes_be_replaced(environment: Environment) -> Iterator[Problem]:
    """A pool does not keep its nodes for ever: they would never run a newer image."""
    for path, pool in _pools(environment):
        for index, budget in enumerate(pool.budgets):
            always = budget.schedule is None and not budget.reasons
            if always and budget.nodes in {"0", "0%"}:
                message = "never lets Karpenter replace a node that is empty, drifted or underused"
                yield Problem((*path, "budgets", index, "nodes"), message, budget.nodes)


@rule("platform")
def nodes_live_for_a_while(environment: Environment) -> Iterator[Problem]:
    """Nodes do not expire as soon as they are there."""
    for path, pool in _pools(environment):
        if pool.expire_after != NEVER and seconds(pool.expire_after) == 0:
            message = "replaces every node as soon as it is there, without end"
            yield Problem(
                (*path, "expire_after"), message, pool.expire_after, "Never, or 1h or more"
            )


@rule("platform", severity="warning")
def nodes_live_for_an_hour(environment: Environment) -> Iterator[Problem]:
    """Nodes live longer than an hour, and have time to be drained."""
    for path, pool in _pools(environment):
        if pool.expire_after != NEVER and seconds(pool.expire_after) < FASTEST_EXPIRY:
            message = "replaces every node within the hour"
            yield Problem((*path, "expire_after"), message, pool.expire_after)
        grace = pool.termination_grace_period
        if grace is not None and seconds(grace) == 0:
            message = "deletes pods without waiting for them, disruption budgets or not"
            yield Problem((*path, "termination_grace_period"), message, grace)


def _pools(environment: Environment) -> Iterator[tuple[Path, NodePool]]:
    for name, pool in environment.platform.karpenter.pools.items():
        yield (*KARPENTER, "node_pools", name), pool
