"""Destroys a state backend: move its state back to a local file, unprotect, destroy.

Like the bootstrap it is a list of idempotent steps, so it can be interrupted and run again. AWS
keeps the KMS keys until their deletion window ends.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from runner.backend.bootstrap_dir import bootstrap_folder, lock
from runner.backend.discovery import discover
from runner.backend.location import Location
from runner.backend.orphaned import removal_hint
from runner.backend.protection import is_unprotected, unprotected
from runner.backend.remote_state import OrphanedState, orphaned_states, other_objects, read_object
from runner.backend.steps import (
    CLEAN,
    MARK_STARTED,
    OWNERSHIP,
    UNLOCK,
    Bootstrap,
    Step,
    apply_in_bootstrap_dir,
    local_is_newer,
)
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
        approve: destroy without asking.
        confirmed: name of a bucket that may be destroyed with other states in it.
        report: is called before each step.

    Returns:
        Whether there was anything to destroy.

    Raises:
        RunnerError: other states in the bucket, credentials of another account, resources that
            this environment does not own, or a lock of another user; the message says what to do.
        TerraformError: Terraform failed and has printed the reason.
        ClientError: AWS rejected a call.
    """
    location = Location.of(stack)
    with lock(bootstrap_folder(outdir, location.environment)) as bootstrap_dir:
        context = Bootstrap(stack, location, bootstrap_dir, approve)
        location.require_account()
        found = discover(stack, location)
        if not found:
            bootstrap_dir.close()
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
        orphaned = orphaned_states(location, known)
        raise RunnerError(
            f"Nothing was destroyed, because the bucket {location.bucket} holds other objects than "
            f"its own state:\n{listing}\n"
            "Without its state, Terraform cannot destroy a stack; its resources remain and "
            f"cost money. Destroy those stacks first: `eks-platform destroy "
            f"{location.environment}`. {_about(orphaned, location)}To delete these states "
            f"anyway, add `--force --confirm {location.bucket}`."
        )


def _about(orphaned: Sequence[OrphanedState], location: Location) -> str:
    if not orphaned:
        return ""
    keys = ", ".join(state.key for state in orphaned)
    return f"No stack uses {keys} any more. {removal_hint(orphaned, location)} "


def _fetch(context: Bootstrap) -> None:
    if not local_is_newer(context):
        content = read_object(context.location, context.location.key)
        if content:
            context.bootstrap_dir.store_state(content)


def _unprotect(context: Bootstrap) -> None:
    state, override = context.bootstrap_dir.local_state(), unprotected(context.stack)
    if is_unprotected(state):
        context.bootstrap_dir.prepare(context.stack, override)
    else:
        apply_in_bootstrap_dir(context, state, override)


def _destroy(context: Bootstrap) -> None:
    context.bootstrap_dir.place(context.stack, unprotected(context.stack))
    context.bootstrap_dir.terraform.destroy(approve=context.approve)


def _verify(context: Bootstrap) -> None:
    left = discover(context.stack, context.location)
    if left:
        listing = "\n".join(f"  {resource.what}" for resource in left)
        raise RunnerError(f"These resources still exist:\n{listing}\nRun this command again.")


STEPS: Final = (
    OWNERSHIP,
    MARK_STARTED,
    UNLOCK,
    Step("fetch", "Move the state out of the bucket", _fetch),
    Step("unprotect", "Remove the deletion protection", _unprotect),
    Step("destroy", "Destroy the state backend", _destroy),
    Step("verify", "Check that no resource remains", _verify),
    CLEAN,
)
