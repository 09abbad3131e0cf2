"""Rules of `cluster.access`: access entries of the cluster."""

from collections.abc import Iterator
from typing import Final

from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from config.sections.cluster_access import Access, AccessPolicy
from config.sections.teams import bound_groups
from modules.karpenter.names import KarpenterNames
from rules.registration import rule

RESERVED_GROUPS: Final = ("system:", "eks:", "aws:", "amazon:", "iam:")
"""https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""


@rule("admins", "cluster")
def principals_are_named_once(environment: Environment) -> Iterator[Problem]:
    """EKS has one access entry per principal; admins already have theirs."""
    entries = environment.cluster.access
    for index, entry in enumerate(entries):
        path = ("cluster", "access", index, "principal")
        if entry.principal in environment.admins:
            yield Problem(path, "is one of the environment's admins already", entry.principal)
        elif entry.principal in (earlier.principal for earlier in entries[:index]):
            yield Problem(path, "has an entry already", entry.principal)


@rule("region", "cluster")
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


@rule("name", "account", "region", "admins", "cluster")
def principals_are_not_nodes(environment: Environment) -> Iterator[Problem]:
    """The roles of nodes already have access entries, which let the nodes join.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    roles = {names.node_role_arn(environment): "node groups"}
    if environment.cluster.runs_karpenter:
        roles[KarpenterNames.of(environment, environment.cluster_name).node_role_arn] = (
            "Karpenter's nodes"
        )
    principals: dict[Path, str] = {
        **{("admins", index): arn for index, arn in enumerate(environment.admins)},
        **{
            ("cluster", "access", index, "principal"): entry.principal
            for index, entry in enumerate(environment.cluster.access)
        },
    }
    for path, principal in principals.items():
        if principal in roles:
            message = f"is the role of {roles[principal]}, which already has an access entry"
            yield Problem(path, message, principal)


@rule("cluster")
def policies_have_a_scope(environment: Environment) -> Iterator[Problem]:
    """A policy has a scope: an empty list does not mean the whole cluster."""
    for index, entry in enumerate(environment.cluster.access):
        path: Path = ("cluster", "access", index)
        if entry.policy is None:
            yield from _without_policy(entry, path)
        for place, grant in entry.grants():
            yield from _scope(grant, (*path, *place))


@rule("cluster")
def policies_are_named_once(environment: Environment) -> Iterator[Problem]:
    """EKS associates a policy once with a principal; a second association replaces the scope."""
    for index, entry in enumerate(environment.cluster.access):
        seen = set[str]()
        for place, grant in entry.grants():
            if grant.policy in seen:
                path = ("cluster", "access", index, *place, "policy")
                yield Problem(path, "is a duplicate; one entry names all namespaces", grant.policy)
            seen.add(grant.policy)


def _without_policy(entry: Access, path: Path) -> Iterator[Problem]:
    named = [str(name) for name in entry.namespaces]
    if not entry.groups and not entry.policies:
        yield Problem((*path, "policy"), "is missing, and so are groups: nothing allowed")
    if named or entry.all_namespaces:
        key = "namespaces" if named else "all_namespaces"
        yield Problem((*path, key), "limits a policy, and none is given", named or True)


def _scope(grant: AccessPolicy, path: Path) -> Iterator[Problem]:
    path, named = (*path, "namespaces"), [str(name) for name in grant.namespaces]
    if grant.policy == "cluster_admin":
        if named:
            message = "cannot limit cluster_admin, which is for the whole cluster"
            yield Problem(path, message, named, suggestion="policy: admin")
    elif named and grant.all_namespaces:
        yield Problem(path, "contradicts all_namespaces: true", named)
    elif not named and not grant.all_namespaces:
        message = f"is empty: set the scope of {grant.policy}"
        yield Problem(path, message, [], "namespaces, or all_namespaces: true")


@rule("cluster")
def groups_are_allowed(environment: Environment) -> Iterator[Problem]:
    """Some prefixes of group names are reserved by Kubernetes and AWS."""
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


@rule("cluster", "cluster_roles", "teams", severity="warning")
def misspelt_groups(environment: Environment) -> Iterator[Problem]:
    """A group without a role may be misspelt if its name is similar to one with a role.

    A binding outside this project may give it a role, so that it is a warning.
    """
    bound = bound_groups(environment.cluster_roles, environment.teams)
    for index, entry in enumerate(environment.cluster.access):
        for position, group in enumerate(entry.groups):
            near = "" if group in bound else nearest(group, bound)
            if near:
                path = ("cluster", "access", index, "groups", position)
                yield Problem(path, f"has no role by these settings; did you mean {near}?", group)
