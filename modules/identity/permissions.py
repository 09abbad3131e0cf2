"""AWS permissions of a service account as its role has them."""

from collections.abc import Mapping, Sequence
from typing import Final

from config.permissions import Permissions, PolicyStatement
from modules.identity.policy import Statement

OWN: Final = "permissions"
TARGET: Final = "target"
"""Suffixes of the policies' names."""


def statements_of(permissions: Permissions) -> dict[str, Sequence[Statement]]:
    """The policies of a role by the suffix of their name; none where there are no statements.

    EKS assumes the target role with the session of the first, and passes its tags on.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
    """
    found: dict[str, Sequence[Statement]] = {}
    if permissions.statements:
        found[OWN] = own_statements(permissions.statements)
    if permissions.target_role_arn is not None:
        actions = ["sts:AssumeRole", "sts:TagSession"]
        found[TARGET] = [Statement("TargetRole", actions, [permissions.target_role_arn])]
    return found


def own_statements(statements: Mapping[str, PolicyStatement]) -> list[Statement]:
    """The statements that the configuration says."""
    return [
        Statement(
            sid,
            each.actions,
            each.resources,
            conditions=_conditions(each.conditions),
            effect=each.effect,
        )
        for sid, each in statements.items()
    ]


def _conditions(
    conditions: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[str, Mapping[str, str | Sequence[str]]]:
    return {operator: dict(keys) for operator, keys in conditions.items()}
