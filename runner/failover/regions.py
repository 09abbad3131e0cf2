"""The regions of a platform, by their edge stacks."""

from collections.abc import Sequence

from runner.backend.location import Location
from runner.errors import RunnerError
from runner.manifest import Stack


def edges(stacks: Sequence[Stack]) -> list[Stack]:
    """The edge stack of each region."""
    return [stack for stack in stacks if stack.short_name == "edge"]


def code(edge: Stack) -> str:
    """The code of an edge's region, which the edge stack has as an output."""
    return edge.document["output"]["region_code"]["value"]


def chosen(stacks: Sequence[Stack], wanted: str) -> Stack:
    """The edge of a region.

    Args:
        stacks: the stacks of all regions.
        wanted: code or name of the region, or name of its environment.

    Raises:
        RunnerError: there is no such region.
    """
    known: list[str] = []
    for edge in edges(stacks):
        if "region_code" not in edge.document["output"]:
            continue
        names = (code(edge), edge.environment, Location.of(edge).region)
        if wanted in names:
            return edge
        known.append(names[0])
    if not known:
        raise RunnerError("This environment has no `regions` with a routing.policy.", 2)
    raise RunnerError(f"There is no region {wanted!r}. The regions are {', '.join(known)}.", 2)
