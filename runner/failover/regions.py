"""The regions of a platform, by their edge stacks."""

from collections.abc import Sequence

from runner.manifest import Stack
from runner.regions.choice import chosen_region


def edges(stacks: Sequence[Stack]) -> list[Stack]:
    """The edge stack of each region."""
    return [stack for stack in stacks if stack.short_name == "edge"]


def chosen(stacks: Sequence[Stack], wanted: str) -> Stack:
    """The edge of a region, by its code or name, or by the name of its environment.

    Raises:
        RunnerError: there is no such region.
    """
    return chosen_region(edges(stacks), wanted, "`regions` with a routing.policy")
