"""The end of a state backend: back to a local state, unprotect, destroy.

Like the bootstrap it is a list of steps that look at what is there, so it can be killed and
run again. The KMS keys stay for as long as their deletion window says; AWS has no other way.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from runner.backend.bootstrap_dir import bootstrap_folder, hold
from runner.backend.discovery import discover
from runner.backend.location import Location
from runner.backend.protection import is_unprotected, unprotected
from runner.backend.remote_state import StrayState, other_objects, read_object, stray_states
from runner.backend.steps import (
    CLAIM,
    CLEAN,
    OWNERSHIP,
    UNLOCK,
    Bootstrap,
    Step,
    apply_in_workplace,
    local_is_newer,
)
from runner.cleanup import how_to_end
from runner.errors import RunnerError
from runner.manifest import Stack, read_manifest


def bootstrap_destroy(
    stack: Stack,
    outdir: Path,
    *,
    approve: bool,
    confirmed: str | None,
    report: Callable[[Step], None],
) -> bool:
    """Destroys the state backend of an environment.

    Args:
        stack: the synthesized state stack.
        outdir: the output folder of the synthesis.
        approve: destroy without asking.
        confirmed: name of a bucket that may go with whatever other states it holds.
        report: is told each step before it runs.

    Returns:
        Whether there was anything to destroy.

    Raises:
        RunnerError: other states are in the bucket, another account's credentials, foreign
            resources, or a lock of somebody else; the message says what to do.
        TerraformError: Terraform failed; it has printed why.
        ClientError: AWS refuses a call.
    """
    location = Location.of(stack)
    with hold(bootstrap_folder(outdir, location.environment)) as workplace:
        context = Bootstrap(stack, location, workplace, approve)
        location.require_account()
        found = discover(stack, location)
        if not found:
            workplace.close()
            return False
        if any(item.id == location.bucket and item.is_visible for item in found):
            _refuse_other_states(location, outdir, confirmed)
        for step in STEPS:
            report(step)
            step.run(context)
        return True


def _refuse_other_states(location: Location, outdir: Path, confirmed: str | None) -> None:
    others = other_objects(location)
    if others and confirmed != location.bucket:
        listing = "\n".join(f"  {line}" for line in others)
        known = [stack.backend["key"] for stack in read_manifest(outdir)]
        stray = stray_states(location, known)
        raise RunnerError(
            f"The bucket {location.bucket} holds more than its own state:\n{listing}\n"
            "Without its state, Terraform knows nothing of a stack, and what it made stays and "
            f"costs money. Destroy those stacks first: `python -m runner destroy "
            f"{location.environment}`. {_about(stray, location)}To lose these states on "
            f"purpose, add `--force --confirm {location.bucket}`."
        )


def _about(stray: Sequence[StrayState], location: Location) -> str:
    if not stray:
        return ""
    keys = ", ".join(state.key for state in stray)
    return f"No stack has {keys} any more. {how_to_end(stray, location)} "


def _fetch(context: Bootstrap) -> None:
    if not local_is_newer(context):
        content = read_object(context.location, context.location.key)
        if content:
            context.workplace.store_state(content)


def _unprotect(context: Bootstrap) -> None:
    state, override = context.workplace.local_state(), unprotected(context.stack)
    if is_unprotected(state):
        context.workplace.prepare(context.stack, override)
    else:
        apply_in_workplace(context, state, override)


def _destroy(context: Bootstrap) -> None:
    context.workplace.place(context.stack, unprotected(context.stack))
    context.workplace.terraform.destroy(approve=context.approve)


def _verify(context: Bootstrap) -> None:
    left = discover(context.stack, context.location)
    if left:
        listing = "\n".join(f"  {resource.what}" for resource in left)
        raise RunnerError(f"These are still there:\n{listing}\nRun this again.")


STEPS: Final = (
    OWNERSHIP,
    CLAIM,
    UNLOCK,
    Step("fetch", "Move the state out of the bucket", _fetch),
    Step("unprotect", "Lift the protection against deletion", _unprotect),
    Step("destroy", "Destroy the state backend", _destroy),
    Step("verify", "Check that nothing is left", _verify),
    CLEAN,
)
"""The steps in order."""
