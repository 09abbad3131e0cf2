"""Environments that share one load balancer: its owner, and those behind it."""

from collections.abc import Mapping
from typing import Final

from config.derived.front_doors import FrontDoor, public
from config.environment import Environment

TARGET_GROUPS: Final = "target_group_arns"
"""The output with the target groups of the owner."""

SERVES_TAG: Final = "serves"
"""Tag of a target group that another environment's pods join, with that environment's name."""


def owner(environment: Environment) -> Environment | None:
    """The environment whose load balancer this one uses; None if it has its own."""
    wanted = environment.edge.owner
    return next((each for each in environment.named if each.name == wanted), None)


def members(door: FrontDoor) -> tuple[FrontDoor, ...]:
    """A load balancer as the other environments behind it have it, in the order of their names."""
    wanted = set(weights(door)) - {door.environment.name}
    found = (each for each in door.environment.named if each.name in wanted)
    return tuple(public(each) for each in sorted(found, key=lambda each: each.name))


def weights(door: FrontDoor) -> Mapping[str, int]:
    """The weights of the environments behind a load balancer; none where there is only one."""
    return {} if door.is_internal else door.environment.edge.weights


def output_name(environment: Environment, output: str) -> str:
    """The name, in the edge stack that an environment uses, of one of its outputs.

    Args:
        output: the name that it has for the owner, with the key of a map after a dot. Members have
            target groups of their own.
    """
    name, dot, key = output.partition(".")
    if environment.edge.owner is None or name != TARGET_GROUPS:
        return output
    return f"{member_target_groups(environment.name)}{dot}{key}"


def member_target_groups(name: str) -> str:
    """The output with the target groups of a member.

    Args:
        name: the member.
    """
    return f"{TARGET_GROUPS}_{name.replace('-', '_')}"
