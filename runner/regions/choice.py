"""Chooses a region of a platform by the name that a user gives it."""

from collections.abc import Sequence

from runner.backend.location import Location
from runner.errors import RunnerError
from runner.manifest import Stack


def region_code(stack: Stack) -> str:
    """The code of a stack's region, which the edge and data stacks have as an output."""
    return stack.document["output"]["region_code"]["value"]


def chosen_region(stacks: Sequence[Stack], wanted: str, needed: str) -> Stack:
    """The stack of one region.

    Args:
        stacks: stacks of one short name in all regions.
        wanted: code or name of the region, or name of its environment.
        needed: what the environment lacks if no stack has the code of a region.

    Raises:
        RunnerError: there is no such region.
    """
    known: list[str] = []
    for stack in stacks:
        if "region_code" not in stack.document.get("output", {}):
            continue
        names = (region_code(stack), stack.environment, Location.of(stack).region)
        if wanted in names:
            return stack
        known.append(names[0])
    if not known:
        raise RunnerError(f"This environment has no {needed}.", 2)
    raise RunnerError(f"There is no region {wanted!r}. The regions are {', '.join(known)}.", 2)
