"""The Terraform JSON of a stack, as checks of extensions read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.environment import Environment


@dataclass(frozen=True)
class SynthesizedStack:
    """The Terraform JSON of a stack.

    Attributes:
        environment: its environment.
        name: its name within the environment, for example `network`.
        document: the JSON.
    """

    environment: Environment
    name: str
    document: Mapping[str, Any]

    def resources(self, *types: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Address and body of each resource of some types; of all without any."""
        for type_, of_type in self.document.get("resource", {}).items():
            if not types or type_ in types:
                for id_, body in of_type.items():
                    yield f"{type_}.{id_}", body
