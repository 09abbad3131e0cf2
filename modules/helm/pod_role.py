"""The IAM role of a service account of an add-on, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.derived import names
from config.environment import Environment
from modules.identity.policy import Statement

Policies = Mapping[str, Sequence[Statement]]
"""Statements by the suffix that the policy's name adds to the role's. Their resources may contain
references (modules/helm/references.py)."""


@dataclass(frozen=True)
class PodRole:
    """The role of one service account of an add-on.

    Attributes:
        id: the prefix of the resources' ids.
        name: name of the role within the region.
        account: the service account.
        policies: its permissions.
        policy_arns: ARNs of further policies, which exist.
        target_role_arn: a role that EKS assumes for the pods after this one.
        given: ARN of the role, if others made it.
    """

    id: str
    name: str
    account: str
    policies: Policies
    policy_arns: Sequence[str] = ()
    target_role_arn: str | None = None
    given: str | None = None

    def arn(self, environment: Environment) -> str:
        """ARN of the role, known before it exists."""
        return self.given or names.role_arn(environment, self.name)
