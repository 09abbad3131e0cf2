"""Environments as if no role were given: their stacks then make what given roles must hold."""

from collections.abc import Sequence
from typing import Final

from config.environment import Environment, Siblings
from config.sections.identity import GivenRoles

OPTION: Final = "--without-given-roles"
"""The option of main.py for it."""


def without_given_roles(environments: Sequence[Environment]) -> list[Environment]:
    """The environments without `identity.roles`; regions of one platform know each other still."""
    made = {id(each): _without(each) for each in environments}
    for each in environments:
        regions = tuple(made.get(id(sibling), sibling) for sibling in each.siblings)
        made[id(each)].join(Siblings(regions), Siblings(each.named))
    return list(made.values())


def _without(environment: Environment) -> Environment:
    identity = environment.identity.model_copy(update={"roles": GivenRoles()})
    return environment.model_copy(update={"identity": identity})
