"""Rules of `cluster.access`: who may do what in the cluster."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.nearest import nearest
from config.problem import Problem
from config.teams import bound_groups

RESERVED_GROUPS: Final = ("system:", "eks:", "aws:", "amazon:", "iam:")
"""https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""


def principals_are_named_once(environment: Environment) -> Iterator[Problem]:
    """EKS has one entry for each principal; admins have theirs."""
    entries = environment.cluster.access
    for index, entry in enumerate(entries):
        path = ("cluster", "access", index, "principal")
        if entry.principal in environment.admins:
            yield Problem(path, "is one of the environment's admins already", entry.principal)
        elif entry.principal in (earlier.principal for earlier in entries[:index]):
            yield Problem(path, "has an entry already; one entry says all", entry.principal)


def principals_belong_to_the_partition(environment: Environment) -> Iterator[Problem]:
    """A principal's ARN is of the region's partition."""
    for index, entry in enumerate(environment.cluster.access):
        partition = entry.principal.split(":")[1]
        if partition != environment.partition:
            yield Problem(
                ("cluster", "access", index, "principal"),
                f"is of partition {partition}, not that of {environment.region}",
                entry.principal,
            )


def policies_have_a_scope(environment: Environment) -> Iterator[Problem]:
    """A policy says where it holds: the whole cluster is never meant by leaving something out."""
    for index, entry in enumerate(environment.cluster.access):
        path = ("cluster", "access", index)
        named = [str(name) for name in entry.namespaces]
        if entry.policy is None:
            if not entry.groups:
                yield Problem((*path, "policy"), "is missing, and so are groups: nothing allowed")
            if named or entry.all_namespaces:
                key = "namespaces" if named else "all_namespaces"
                yield Problem((*path, key), "limits a policy, and none is given", named or True)
        elif entry.policy == "cluster_admin":
            if named:
                message = "cannot limit cluster_admin, which is for the whole cluster"
                yield Problem((*path, "namespaces"), message, named, suggestion="policy: admin")
        elif named and entry.all_namespaces:
            yield Problem((*path, "namespaces"), "contradicts all_namespaces: true", named)
        elif not named and not entry.all_namespaces:
            message = f"is empty: say where {entry.policy} holds"
            yield Problem((*path, "namespaces"), message, [], "namespaces, or all_namespaces: true")


def groups_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Some prefixes of group names belong to Kubernetes and AWS."""
    for index, entry in enumerate(environment.cluster.access):
        for position, group in enumerate(entry.groups):
            if group.startswith(RESERVED_GROUPS):
                prefixes = ", ".join(RESERVED_GROUPS)
                yield Problem(
                    ("cluster", "access", index, "groups", position),
                    "begins with a prefix that EKS refuses",
                    group,
                    f"none of {prefixes}",
                )


def misspelt_groups(environment: Environment) -> Iterator[Problem]:
    """Yields advice, not mistakes: groups without a role here that are called much like one with.

    Bindings of one's own may give them another, which nothing here knows of.

    Args:
        environment: the configuration.
    """
    bound = bound_groups(environment.cluster_roles, environment.teams)
    for index, entry in enumerate(environment.cluster.access):
        for position, group in enumerate(entry.groups):
            near = "" if group in bound else nearest(group, bound)
            if near:
                path = ("cluster", "access", index, "groups", position)
                yield Problem(path, f"has no role by these settings; did you mean {near}?", group)
