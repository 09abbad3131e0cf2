"""Divides a command on a platform in several regions, whose stacks depend on each other."""

from collections.abc import Sequence
from dataclasses import replace

from runner.backend.location import Location
from runner.destroy.protection import require_unprotected
from runner.errors import RunnerError
from runner.manifest import STATE, Stack, by_environment, select
from runner.stages import Run


def steps(run: Run) -> list[list[Run]]:
    """Divides a run into runs of one environment each, in the order of apply.

    An environment whose stack needs one of another region is interrupted there and continued later.

    Args:
        run: the command, with the stacks of all regions.

    Returns:
        Steps that follow each other; the runs of a step do not depend on each other.

    Raises:
        RunnerError: no environment has the selected stack.
    """
    environments = by_environment(run.stacks)
    if len(environments) == 1:
        return [[run]]
    whole = {
        name: replace(run, stacks=own, elsewhere=[each for each in run.stacks if each not in own])
        for name, own in environments.items()
    }
    chosen = run.stacks
    if run.only is not None:
        select(run.stacks, run.only)
        chosen = [stack for stack in run.stacks if run.only in {stack.short_name, stack.name}]
    crossed = _crossings(run.stacks)
    found: dict[int, dict[str, list[Stack]]] = {}
    for stack in chosen:
        parts = found.setdefault(crossed[stack.name], {})
        parts.setdefault(stack.environment, []).append(stack)
    return [
        [replace(whole[name], part=None if run.only else part) for name, part in parts.items()]
        for _, parts in sorted(found.items())
    ]


def reversed_steps(run: Run) -> list[list[Run]]:
    """The steps in the order of destroy.

    Raises:
        RunnerError: no environment has the selected stack, or something is protected in a region;
            the message lists what is protected in all of them.
    """
    found = [list(reversed(step)) for step in reversed(steps(run))]
    if run.dry_run or run.extra or len(by_environment(run.stacks)) == 1:
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
    kept = [
        [run for run in step if run.part is None or not _only_state(run.part)] for step in found
    ]
    return [step for step in kept if step]


def _only_state(stacks: Sequence[Stack]) -> bool:
    return {stack.short_name for stack in stacks} == {STATE}


def _crossings(stacks: Sequence[Stack]) -> dict[str, int]:
    """How often the longest way to what a stack needs leads to another environment, by its name.

    Stacks with the same number that belong to different environments do not depend on each other.

    Args:
        stacks: in the order of apply.
    """
    environments = {stack.name: stack.environment for stack in stacks}
    found: dict[str, int] = {}
    for stack in stacks:
        found[stack.name] = max(
            (
                found[each] + (environments[each] != stack.environment)
                for each in stack.dependencies
                if each in found
            ),
            default=0,
        )
    return found
