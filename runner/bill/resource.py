"""The resources of synthesized stacks, each with the region that it is in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runner.manifest import Stack


@dataclass(frozen=True)
class BilledResource:
    """One resource block of a stack.

    Attributes:
        stack: short name of its stack, for example `network`.
        body: its arguments, as Terraform JSON has them.
        siblings: all resources of the stack, by type and name.
    """

    stack: str
    type: str
    name: str
    region: str
    body: Mapping[str, Any]
    siblings: Mapping[str, Mapping[str, Any]]

    @property
    def address(self) -> str:
        """Its address in Terraform."""
        return f"{self.type}.{self.name}"

    @property
    def count(self) -> int:
        """How many of it there are; 1 where an expression decides."""
        count = self.body.get("count", 1)
        return count if isinstance(count, int) else 1

    def blocks(self, argument: str) -> list[Any]:
        """The blocks of an argument, of which the JSON has one or a list."""
        return listed(self.body.get(argument))


def listed(value: Any) -> list[Any]:
    """One block, a list of them, or none, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def resources_of(stacks: Sequence[Stack], region: str) -> Iterator[BilledResource]:
    """All resources of an environment's stacks, in the order of apply.

    Args:
        region: where a resource is if its provider names no region.
    """
    for stack in stacks:
        regions = _regions(stack.document)
        siblings = stack.document.get("resource", {})
        for type_, resources in siblings.items():
            for name, body in resources.items():
                provider = body.get("provider", type_.partition("_")[0])
                found = body.get("region") or regions.get(provider) or region
                yield BilledResource(stack.short_name, type_, name, found, body, siblings)


def _regions(document: Mapping[str, Any]) -> dict[str, str]:
    """The regions of the AWS providers by how a resource names them, for example `aws.replica`."""
    found: dict[str, str] = {}
    for each in document.get("provider", {}).get("aws", []):
        alias = each.get("alias")
        found[f"aws.{alias}" if alias else "aws"] = each.get("region", "")
    return found
