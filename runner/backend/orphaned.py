"""Names the states that no stack of the configuration uses any more."""

from collections.abc import Sequence

from runner.backend.location import Location
from runner.backend.remote_state import OrphanedState, orphaned_states
from runner.manifest import Stack


def orphaned_states_notice(stacks: Sequence[Stack], location: Location) -> str | None:
    """Lists the states that no stack of the configuration uses; None if there are none.

    Raises:
        ClientError: AWS rejected a call.
    """
    orphaned = orphaned_states(location, [stack.backend["key"] for stack in stacks])
    if not orphaned:
        return None
    listing = "\n".join(f"  {state}" for state in orphaned)
    return (
        f"No stack of {location.environment} uses these states any more:\n{listing}\n"
        f"{removal_hint(orphaned, location)}"
    )


def removal_hint(states: Sequence[OrphanedState], location: Location) -> str:
    """How to remove states that no stack of the configuration uses."""
    commands = " and ".join(
        f"`eks-platform destroy {location.environment} {state.stack}`" for state in states
    )
    return (
        "Their resources still exist and cost money. Restore the settings that created them in "
        f"the file, run {commands}, and remove the settings again."
    )
