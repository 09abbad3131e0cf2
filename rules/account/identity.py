"""Rules of the `identity` section: the boundary, and roles that others made."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from modules.addons.catalog import service_account_roles
from modules.cluster.role_names import eks_service_account_roles
from rules.registration import rule

IDENTITY: Final[Path] = ("identity",)

ROLES: Final[Path] = ("identity", "roles")


@rule("account", "region", "identity")
def given_arns_belong_to_the_account(environment: Environment) -> Iterator[Problem]:
    """Roles and the boundary are of the environment's account and partition.

    A boundary may be a policy of AWS.
    """
    roles = environment.identity.roles
    given: dict[Path, str | None] = {
        (*IDENTITY, "permissions_boundary"): environment.identity.permissions_boundary,
        **{(*ROLES, *key.split(".")): arn for key, arn in roles.by_key().items()},
    }
    for path, arn in given.items():
        if arn is None:
            continue
        _, partition, _, _, account, _ = arn.split(":", 5)
        if partition != environment.partition:
            message = f"is of partition {partition}, not that of {environment.region}"
            yield Problem(path, message, arn, f"an ARN of {environment.partition}")
        elif account not in (environment.account, "aws"):
            message = f"is of account {account}, and the environment of {environment.account}"
            yield Problem(path, message, arn, f"an ARN of account {environment.account}")


@rule("identity", "cluster", "platform")
def given_roles_are_used(environment: Environment) -> Iterator[Problem]:
    """A given role is for something that the environment has."""
    roles, cluster = environment.identity.roles, environment.cluster
    if roles.karpenter is not None and not cluster.runs_karpenter:
        message = f"has no effect with cluster.autoscaler: {cluster.autoscaler}"
        if cluster.auto_mode:
            message = "has no effect with cluster.compute: auto"
        yield Problem((*ROLES, "karpenter"), message, roles.karpenter)
    known = [*eks_service_account_roles(environment), *service_account_roles(environment)]
    for name in roles.addons:
        if name not in known:
            yield Problem(
                (*ROLES, "addons", name),
                "is no add-on of this environment with an AWS role",
                name,
                ", ".join(known),
                nearest(name, known),
            )


@rule("identity")
def each_given_role_is_for_one(environment: Environment) -> Iterator[Problem]:
    """No two have one role: the trust policy of each names its own service account."""
    named: dict[str, str] = {}
    for key, arn in environment.identity.roles.by_key().items():
        if arn in named:
            path = (*ROLES, *key.split("."))
            yield Problem(path, f"is also identity.roles.{named[arn]}", arn)
        named.setdefault(arn, key)
