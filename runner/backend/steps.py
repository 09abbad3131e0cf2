"""What the bootstrap of the state backend and its end have in common.

Both are lists of steps. Each step looks at what is there, in AWS and in the bootstrap folder,
and does what is missing; none relies on what an earlier one left in memory. So whatever is
killed, and whenever, running it again finishes the work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runner.backend.bootstrap_dir import Workplace
from runner.backend.discovery import discover
from runner.backend.location import Location
from runner.backend.ownership import refuse_foreign
from runner.backend.remote_state import read_state
from runner.backend.state_file import StateFile
from runner.backend.state_lock import release_own_lock
from runner.errors import RunnerError
from runner.manifest import Stack


@dataclass(frozen=True)
class Bootstrap:
    """What the steps work with.

    Attributes:
        stack: the synthesized state stack.
        location: where its state is to live.
        workplace: the folder of the local phase.
        approve: apply without asking.
    """

    stack: Stack
    location: Location
    workplace: Workplace
    approve: bool


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: its name.
        title: what it does, for the user.
        run: does it; doing it again changes nothing.
    """

    name: str
    title: str
    run: Callable[[Bootstrap], None]


def local_is_newer(context: Bootstrap) -> bool:
    """Decides which state counts, where one is local and one in the bucket.

    Args:
        context: the bootstrap.

    Returns:
        Whether the work is to go on with the local state: there is none in the bucket, or the
        local one is a later version of it.

    Raises:
        RunnerError: the two are not versions of one state.
    """
    local, remote = context.workplace.local_state(), read_state(context.location)
    if remote is None or not remote.is_applied:
        return True
    # Terraform gives a state a new lineage when it is the first in its place, so a copy that was
    # just made is known by its content alone.
    if local is None or local.resources == remote.resources:
        return False
    if local.lineage != remote.lineage:
        raise RunnerError(
            f"The local state in {context.workplace.folder} and {context.location.key} in the "
            f"bucket {context.location.bucket} have nothing to do with each other: another "
            "checkout has bootstrapped this environment meanwhile. If the one in the bucket is "
            f"right, remove {context.workplace.folder} and run this again."
        )
    return local.serial > remote.serial


def apply_in_workplace(
    context: Bootstrap, state: StateFile | None, override: Mapping[str, Any] | None
) -> None:
    """Applies the state stack in the bootstrap folder, taking in what no state knows.

    Args:
        context: the bootstrap.
        state: the state that counts.
        override: a Terraform override file; None for the stack as it is.

    Raises:
        RunnerError: a resource is not our own.
        TerraformError: Terraform failed.
    """
    known = state.resources if state else {}
    found = discover(context.stack, context.location)
    refuse_foreign(found, known, context.location, under_way=True)
    orphans = {item.address: item.id for item in found if item.address not in known}
    context.workplace.prepare(context.stack, override, orphans)
    terraform = context.workplace.terraform
    for address in state.tainted if state else ():
        # A creation that failed half-way. Every resource here can be completed in place, and
        # replacing one is what prevent_destroy forbids.
        terraform.check("untaint", address)
    terraform.apply(approve=context.approve)


def check_account(context: Bootstrap) -> None:
    """Checks whose credentials these are; raises as `Location.require_account` does."""
    context.location.require_account()


def check_ownership(context: Bootstrap) -> None:
    """Checks that every name is free or our own; raises as `refuse_foreign` does."""
    found = discover(context.stack, context.location)
    known = dict(context.workplace.local_resources())
    if any(resource.id == context.location.bucket and resource.is_visible for resource in found):
        remote = read_state(context.location)
        known |= remote.resources if remote else {}
    refuse_foreign(found, known, context.location, under_way=context.workplace.exists)


def claim(context: Bootstrap) -> None:
    """Notes that a bootstrap of this checkout is under way."""
    context.workplace.open()


def unlock(context: Bootstrap) -> None:
    """Releases a lock that a killed run left; raises as `release_own_lock` does."""
    release_own_lock(context.location, context.workplace.started)


def clean(context: Bootstrap) -> None:
    """Removes what was kept locally: nothing is under way any more."""
    context.workplace.close()


OWNERSHIP: Final = Step("ownership", "Check that what is there is our own", check_ownership)
CLAIM: Final = Step("claim", "Note that this is under way", claim)
UNLOCK: Final = Step("unlock", "Release a lock that a killed run left", unlock)
CLEAN: Final = Step("clean", "Remove what was kept locally", clean)
"""The steps that both have."""
