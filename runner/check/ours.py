"""Whether something that exists belongs to the environment."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.check.needs import Resource
from runner.errors import RunnerError
from runner.manifest import STATE, Stack

Tags = Mapping[str, str]

Owner = Literal["recorded", "tagged", "other"]
"""Whose it is.

- recorded: it is in a state of this environment.
- tagged: it has the tags of this environment, and is in none of its states.
- other: neither.
"""

_IDENTITIES: Final = ("name", "bucket", "id", "arn")


class Ours:
    """The states of an environment, and its tags."""

    def __init__(self, stacks: Sequence[Stack], location: Location) -> None:
        """Reads nothing yet."""
        self._stacks = stacks
        self._location = location
        self._lock = Lock()
        self._read: list[list[tuple[str, dict[str, Any]]] | None] = []

    def owner(self, resource: Resource, name: str, tags: Tags) -> Owner:
        """Whose the existing thing with the name of a resource is."""
        if self.is_recorded(resource.type, name):
            return "recorded"
        if not self.has_tags(tags):
            return "other"
        # The bootstrap adopts its own; states that cannot be read may have it.
        adopted = resource.stack.endswith(f"-{STATE}")
        return "tagged" if self.states_are_known and not adopted else "recorded"

    def is_recorded(self, type_: str, name: str) -> bool:
        """Whether a state has a resource of a type with a name or id."""
        return any(
            address.startswith(f"{type_}.") and name in map(attributes.get, _IDENTITIES)
            for address, attributes in self._recorded
        )

    def is_applied(self, resource: Resource, *arguments: str) -> bool:
        """Whether a state has a resource with the same values of some arguments."""
        wanted = {name: resource.attributes.get(name) for name in arguments}
        return any(
            address.startswith(f"{resource.type}.")
            and all(attributes.get(k) == v for k, v in wanted.items())
            for address, attributes in self._recorded
        )

    def has_tags(self, tags: Tags) -> bool:
        """Whether these are tags of the environment."""
        return self._location.owner_tags.items() <= tags.items()

    @property
    def states_are_known(self) -> bool:
        """Whether all states could be read, also where there are none yet."""
        return self._states is not None

    @property
    def _recorded(self) -> list[tuple[str, dict[str, Any]]]:
        return self._states or []

    @property
    def _states(self) -> list[tuple[str, dict[str, Any]]] | None:
        """The resources of all states by address; None where a state cannot be read."""
        with self._lock:
            if not self._read:
                self._read.append(self._read_states())
            return self._read[0]

    def _read_states(self) -> list[tuple[str, dict[str, Any]]] | None:
        found: list[tuple[str, dict[str, Any]]] = []
        try:
            for stack in self._stacks:
                state = read_state(self._location, stack.backend["key"])
                found += state.resources.items() if state else ()
        except (BotoCoreError, ClientError, RunnerError):
            return None
        return found


def tags_of(pairs: Sequence[Mapping[str, str]], key: str = "Key", value: str = "Value") -> Tags:
    """Tags from a list of pairs, as most services answer."""
    return {pair[key]: pair[value] for pair in pairs}


def described(tags: Tags) -> str:
    """Tags as text, those first that say who made something."""
    shown = [f"{key}={value}" for key, value in sorted(tags.items())][:3]
    return f"tags {', '.join(shown)}" if shown else "no tags"
