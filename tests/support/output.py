"""Synthesized output as tests read it."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from config.environment import Environment
from rules.load import EXAMPLES, load
from stacks.app import synthesize


class Stack:
    """One synthesized stack: the JSON that Terraform reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def text(self) -> str:
        return (self.path / "cdk.tf.json").read_text()

    @cached_property
    def json(self) -> dict[str, Any]:
        return json.loads(self.text)

    def resources(self, type_: str) -> dict[str, dict[str, Any]]:
        """The resources of a type by name."""
        return self.json.get("resource", {}).get(type_, {})

    @property
    def addresses(self) -> set[str]:
        """The addresses of all resources."""
        return {f"{type_}.{name}" for type_, name, _ in self}

    def __iter__(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Type, name and body of each resource."""
        for type_, resources in self.json.get("resource", {}).items():
            for name, body in resources.items():
                yield type_, name, {k: v for k, v in body.items() if k != "//"}

    def by_address(self) -> dict[str, dict[str, Any]]:
        """The bodies of all resources by address."""
        return {f"{type_}.{name}": body for type_, name, body in self}


class Output:
    """A folder of synthesized stacks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stacks: dict[str, Stack] = {}

    def stack(self, name: str) -> Stack:
        """The stack of a name, for example `prod-network`."""
        return self._stacks.setdefault(name, Stack(self.path / "stacks" / name))

    @property
    def names(self) -> list[str]:
        """Names of all stacks."""
        return sorted(path.name for path in (self.path / "stacks").iterdir())

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.path / "manifest.json").read_text())

    def files(self) -> dict[str, bytes]:
        """Every file's content by its path."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in sorted(self.path.rglob("*"))
            if path.is_file()
        }


def synthesized_output(path: Path, *environments: Environment) -> Output:
    """Synthesizes environments, by default all of examples/environments, into a folder."""
    synthesize(environments or load([EXAMPLES]), path)
    return Output(path)
