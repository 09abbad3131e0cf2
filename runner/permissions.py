"""`make permissions`: what a role needs in AWS to plan or to apply a stack."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from config.environment import Environment
from modules.permissions.boundary import boundary
from modules.permissions.policies import Access, permissions_boundary
from modules.permissions.roles import STATE, policies
from runner.manifest import Stack

ACCESSES: Sequence[Access] = ("plan", "apply")


def permissions(
    environment: Environment, stacks: Sequence[Stack], warn: Callable[[str], object]
) -> dict[str, Any]:
    """The policy documents for each stack of an environment, and the boundary of its roles.

    Args:
        stacks: the environment's stacks.
        warn: prints a warning.
    """
    documents = {each.short_name: each.document for each in stacks}
    others = [body for name, body in documents.items() if name != STATE]
    found: dict[str, Any] = {
        "boundary": json.loads(boundary(environment, others)),
        "stacks": {
            name: {access: _policies(environment, body, access) for access in ACCESSES}
            for name, body in documents.items()
        },
    }
    if permissions_boundary(others) is None:
        warn(
            f"The roles of {environment.name} have no permissions boundary: who has the policies "
            "for an apply can make a role with any permission. `ci_roles` with a role that applies "
            "gives them one."
        )
    return found


def _policies(
    environment: Environment, stack: Mapping[str, Any], access: Access
) -> list[Mapping[str, Any]]:
    return [json.loads(text) for text in policies(environment, [stack], access)]
