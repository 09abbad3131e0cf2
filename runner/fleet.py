"""What the fleet stack of a hub still has of a spoke that is no longer in the fleet (K3)."""

from collections.abc import Sequence
from typing import Final

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.backend.state_file import StateFile
from runner.manifest import Stack

_FLEET: Final = "fleet"
_CONNECTION: Final = "aws_vpc_peering_connection.peering"


def left_of_spokes(stack: Stack, location: Location) -> str:
    """What the fleet stack has of removed spokes, and what to do; empty if there is nothing.

    Without a provider for the spoke's region Terraform deletes nothing there, and says only
    "Provider configuration not present".
    """
    if stack.short_name != _FLEET:
        return ""
    state = read_state(location, stack.backend["key"])
    if state is None:
        return ""
    known = {each.get("alias", "") for each in stack.document["provider"]["aws"]}
    left = {alias for alias in state.providers.values() if alias not in known}
    return _message(stack, state, sorted(left)) if left else ""


def _message(stack: Stack, state: StateFile, left: Sequence[str]) -> str:
    """What is left, and what to do.

    Args:
        left: the aliases of the providers that are missing, which are those of the spokes.
    """
    connections = {each: state.resources.get(f"{_CONNECTION}_{each}", {}) for each in left}
    names = [(found.get("tags") or {}).get("Name", each) for each, found in connections.items()]
    environment = stack.environment
    return (
        f"{stack.name} still has the peering connection {', '.join(names)}, whose spoke is no "
        "longer in the fleet: Terraform cannot delete it without a provider for the spoke's "
        "region, so that this stack was left as it is. Put the spoke back into the configuration, "
        f"run `make destroy ENV={environment} STACK=fleet`, remove the spoke again, and run "
        f"`make apply ENV={environment} STACK=fleet`."
    )
