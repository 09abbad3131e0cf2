"""Steps that the bootstrap of the state backend and its teardown share.

Both are lists of steps. Each step reads the actual state of AWS and of the bootstrap folder and
does what is missing; no step depends on what an earlier one kept in memory. So after an
interruption at any point, running the command again completes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runner.backend.bootstrap_dir import BootstrapDir
from runner.backend.discovery import discover
from runner.backend.location import Location
from runner.backend.ownership import check_ownership
from runner.backend.remote_state import read_state
from runner.backend.state_file import StateFile
from runner.backend.state_lock import release_own_lock
from runner.errors import RunnerError
from runner.manifest import Stack


@dataclass(frozen=True)
class Bootstrap:
    """The context of the steps.

    Attributes:
        stack: the synthesized state stack.
        location: the backend that its state belongs in.
        approve: apply without asking.
    """

    stack: Stack
    location: Location
    bootstrap_dir: BootstrapDir
    approve: bool


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        title: what it does, for the user.
        run: idempotent.
    """

    name: str
    title: str
    run: Callable[[Bootstrap], None]


def local_is_newer(context: Bootstrap) -> bool:
    """Whether to continue with the local state.

    It is used when the bucket has no state, or an older version of the same state.

    Raises:
        RunnerError: the two are not versions of one state.
    """
    local, remote = context.bootstrap_dir.local_state(), read_state(context.location)
    if remote is None or not remote.is_applied:
        return True
    # Terraform gives the first state in a new location a new lineage, so a fresh copy is
    # recognized by its content.
    if local is None or local.resources == remote.resources:
        return False
    if local.lineage != remote.lineage:
        raise RunnerError(
            f"The local state in {context.bootstrap_dir.folder} and {context.location.key} in the "
            f"bucket {context.location.bucket} are unrelated: another checkout has bootstrapped "
            "this environment in the meantime. If the state in the bucket is the right one, "
            f"remove {context.bootstrap_dir.folder} and run this command again."
        )
    return local.serial > remote.serial


def apply_in_bootstrap_dir(
    context: Bootstrap, state: StateFile | None, override: Mapping[str, Any] | None
) -> None:
    """Applies the state stack in the bootstrap folder and imports resources missing from `state`.

    Args:
        override: content of a Terraform override file; None for the stack as it is.

    Raises:
        RunnerError: this environment does not own a resource.
        TerraformError: Terraform failed.
    """
    known = state.resources if state else {}
    found = discover(context.stack, context.location)
    check_ownership(found, known, context.location, in_progress=True)
    orphans = {item.address: item.id for item in found if item.address not in known}
    context.bootstrap_dir.prepare(context.stack, override, orphans)
    terraform = context.bootstrap_dir.terraform
    for address in state.tainted if state else ():
        # Its creation failed half-way. Every resource here can be completed in place, and
        # prevent_destroy forbids to replace it.
        terraform.check("untaint", address)
    terraform.apply(approve=context.approve)


def check_account(context: Bootstrap) -> None:
    """Raises as `Location.require_account` does."""
    context.location.require_account()


def check_names(context: Bootstrap) -> None:
    """Checks that every resource name is free or owned; raises as `check_ownership` does."""
    found = discover(context.stack, context.location)
    known = dict(context.bootstrap_dir.local_resources())
    if any(resource.id == context.location.bucket and resource.is_visible for resource in found):
        remote = read_state(context.location)
        known |= remote.resources if remote else {}
    check_ownership(found, known, context.location, in_progress=context.bootstrap_dir.exists)


def mark_started(context: Bootstrap) -> None:
    """Records that a bootstrap of this checkout is in progress."""
    context.bootstrap_dir.open()


def unlock(context: Bootstrap) -> None:
    """Releases the lock of a killed run; raises as `release_own_lock` does."""
    release_own_lock(context.location, context.bootstrap_dir.started)


def clean(context: Bootstrap) -> None:
    """Removes the bootstrap folder."""
    context.bootstrap_dir.close()


OWNERSHIP: Final = Step("ownership", "Check the owner of existing resources", check_names)
MARK_STARTED: Final = Step("start", "Record that a bootstrap is in progress", mark_started)
UNLOCK: Final = Step("unlock", "Release the lock of a killed run", unlock)
CLEAN: Final = Step("clean", "Remove the local files", clean)
