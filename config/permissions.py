"""AWS permissions of pods, as several sections describe them."""

from typing import Annotated

from pydantic import Field

from config.settings import Settings
from config.types.aws import RoleArn
from config.types.permissions import (
    ConditionKey,
    ConditionOperator,
    Effect,
    IamAction,
    IamResource,
    PolicyArn,
    StatementId,
)


class PolicyStatement(Settings):
    """A statement of an IAM policy."""

    effect: Effect = "Allow"
    """Allow the actions, or refuse them whatever else allows them."""

    actions: Annotated[list[IamAction], Field(min_length=1)]
    """Actions."""

    resources: Annotated[list[IamResource], Field(min_length=1)]
    """ARNs of the resources."""

    conditions: dict[ConditionOperator, dict[ConditionKey, list[str]]] = {}
    """Conditions: operator, then key, then values."""


class Permissions(Settings):
    """AWS permissions of a service account."""

    statements: dict[StatementId, PolicyStatement] = {}
    """Statements of a policy of its own, by their Sid."""

    policy_arns: Annotated[list[PolicyArn], Field(max_length=8)] = []
    """ARNs of further policies, of AWS or of this account."""

    target_role_arn: RoleArn | None = None
    """A role that EKS assumes for the pods after their own, for example in another account. The
    pods then have the permissions of that role only, with credentials of up to one hour. Its trust
    policy is in docs/workloads.md. Needs `cluster.identity: pod_identity`."""
