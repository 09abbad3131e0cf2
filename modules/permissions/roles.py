"""The policies of the roles of pipelines: `ci_roles`, or those that one makes elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from config.environment import Environment
from config.sections.ci_roles import PipelineRole
from modules.identity.policy import Statement
from modules.permissions.policies import Access, documents, stack_statements
from modules.permissions.state import state_statements

STATE = "state"
"""The stack that no role of a pipeline applies: it makes these roles."""

Stacks = Mapping[str, Mapping[str, Any]]
"""Terraform JSON of stacks by their names within the environment."""


def stacks_of(role: PipelineRole, stacks: Stacks) -> list[str]:
    """Names of the stacks of a role that the environment has."""
    return [name for name in stacks if name != STATE and name in (role.stacks or stacks)]


def policies(
    environment: Environment,
    stacks: Sequence[Mapping[str, Any]],
    access: Access,
    further: Iterable[Statement] = (),
) -> list[str]:
    """Policy documents with which a role plans or applies stacks, their states included.

    Args:
        stacks: the Terraform JSON of the stacks.
        further: statements of what the role needs besides.

    Raises:
        UnknownTypeError: a stack holds a type of resource without permissions.
        LimitError: one statement is longer than IAM allows.
    """
    return documents(
        [
            *state_statements(environment, stacks, write=access == "apply"),
            *stack_statements(environment, stacks, access),
            *further,
        ]
    )
