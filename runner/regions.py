"""Divides a command on a platform in several regions, whose stacks depend on each other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from runner.backend.location import Location
from runner.destroy.protection import require_unprotected
from runner.errors import RunnerError
from runner.manifest import STATE, Stack, by_environment, select
from runner.stages import Run


def runs(run: Run) -> list[Run]:
    """Divides a run into runs of one environment each, in the order of apply.

    An environment whose stack needs one of another region is interrupted there and continued later.

    Args:
        run: the command, with the stacks of all regions.

    Raises:
        RunnerError: no environment has the selected stack.
    """
    environments = by_environment(run.stacks)
    if len(environments) == 1:
        return [run]
    whole = {
        name: replace(run, stacks=own, elsewhere=[each for each in run.stacks if each not in own])
        for name, own in environments.items()
    }
    if run.only is None:
        return [replace(whole[name], part=part) for name, part in _parts(run.stacks)]
    select(run.stacks, run.only)
    return [each for each in whole.values() if run.only in _names(each.stacks)]


def reversed_runs(run: Run) -> list[Run]:
    """The runs in the order of destroy.

    Raises:
        RunnerError: no environment has the selected stack, or something is protected in a region;
            the message lists what is protected in all of them.
    """
    found = list(reversed(runs(run)))
    if len(found) == 1 or run.dry_run or run.extra:
        return found
    protected: list[str] = []
    for stacks in by_environment(run.stacks).values():
        chosen = [stack for stack in stacks if run.only in {None, stack.short_name, stack.name}]
        try:
            require_unprotected(chosen, stacks, Location.of(select(stacks, STATE)))
        except RunnerError as error:
            protected.append(str(error))
    if protected:
        raise RunnerError("\n".join(protected))
    return [each for each in found if each.part is None or not _only_state(each.part)]


def _only_state(stacks: Sequence[Stack]) -> bool:
    return {stack.short_name for stack in stacks} == {STATE}


def _names(stacks: Sequence[Stack]) -> set[str]:
    return {name for stack in stacks for name in (stack.name, stack.short_name)}


def _parts(stacks: Sequence[Stack]) -> Iterator[tuple[str, list[Stack]]]:
    """Sequences of stacks of one environment, as long as they need no stack that comes later."""
    waiting = list(stacks)
    while waiting:
        name = waiting[0].environment
        part: list[Stack] = []
        for stack in (stack for stack in waiting if stack.environment == name):
            later = {other.name for other in waiting if other not in part}
            if later.isdisjoint(stack.dependencies):
                part.append(stack)
        yield name, part
        waiting = [stack for stack in waiting if stack not in part]
