"""What the synthesized JSON of all stacks will make."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runner.manifest import Stack


@dataclass(frozen=True)
class Resource:
    """A resource of a stack.

    Attributes:
        stack: the name of the stack.
        region: that of its provider.
    """

    stack: str
    type: str
    name: str
    region: str
    attributes: dict[str, Any]

    @property
    def address(self) -> str:
        """Its address in the stack."""
        return f"{self.type}.{self.name}"

    def literal(self, attribute: str) -> str | None:
        """An argument that is known before the apply; None where it is a reference or not set."""
        value = self.attributes.get(attribute)
        return value if isinstance(value, str) and "${" not in value else None


@dataclass(frozen=True)
class Needs:
    """The resources of all stacks of an environment."""

    stacks: Sequence[Stack]

    def of(self, *types: str) -> list[Resource]:
        """The resources of some types, in the order of the stacks."""
        return [resource for resource in self.resources if resource.type in types]

    @cached_property
    def resources(self) -> list[Resource]:
        """All resources of the AWS provider."""
        return [resource for stack in self.stacks for resource in _resources(stack)]

    @cached_property
    def regions(self) -> list[str]:
        """The regions of all providers."""
        found = (provider["region"] for stack in self.stacks for provider in _providers(stack))
        return list(dict.fromkeys(found))

    @cached_property
    def text(self) -> str:
        """The JSON of all stacks."""
        return "\n".join(json.dumps(stack.document) for stack in self.stacks)

    def values(self, type_: str, attribute: str) -> list[str]:
        """The known values of an argument, without duplicates."""
        found = (resource.literal(attribute) for resource in self.of(type_))
        return list(dict.fromkeys(value for value in found if value is not None))

    def custom_resources(self, kind: str) -> list[dict[str, Any]]:
        """The custom resources of a kind, which releases have in their values."""
        return [each for each in self._custom_resources if each.get("kind") == kind]

    @cached_property
    def _custom_resources(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for stack in self.stacks:
            for release in stack.document.get("resource", {}).get("helm_release", {}).values():
                for text in release.get("values", ()):
                    found += _custom_resources(text)
        return found

    def zones(self, references: Sequence[str]) -> list[str]:
        """The zones of subnets, which another stack's outputs name by their letters."""
        letters = sorted({found[1] for each in references if (found := _LETTER.search(each))})
        return [f"{self.stacks[0].document['provider']['aws'][0]['region']}{x}" for x in letters]


_LETTER = re.compile(r"\.([a-z])}$")


def _providers(stack: Stack) -> list[dict[str, Any]]:
    return stack.document["provider"]["aws"]


def _resources(stack: Stack) -> Iterator[Resource]:
    regions = {provider.get("alias"): provider["region"] for provider in _providers(stack)}
    for type_, resources in stack.document.get("resource", {}).items():
        if not type_.startswith("aws_"):
            continue
        for name, attributes in resources.items():
            alias = attributes.get("provider", "aws").partition(".")[2] or None
            region = attributes.get("region") or regions[alias]
            yield Resource(stack.name, type_, name, region, attributes)


def _custom_resources(text: str) -> list[dict[str, Any]]:
    if '"resources"' not in text:
        return []
    try:
        found = json.loads(text).get("resources")
    except (ValueError, AttributeError):
        return []
    return found if isinstance(found, list) and all(isinstance(x, dict) for x in found) else []
