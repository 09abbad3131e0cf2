"""What the configuration in a plan's JSON says of each resource's arguments."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from runner.plan_page.values import Path

REMOTE: Final = "data.terraform_remote_state."


class Configuration:
    """The resources' arguments as they are written, by address.

    https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
    """

    def __init__(self, plan: Mapping[str, Any]) -> None:
        root = plan.get("configuration", {}).get("root_module", {})
        self._resources: dict[str, dict[str, Any]] = {
            each["address"]: each.get("expressions", {}) for each in root.get("resources", [])
        }

    def gives(self, address: str, path: Path) -> bool:
        """Whether the configuration gives the value at a path; false for what AWS computes."""
        node: Any = self._of(address)
        for step in path:
            if _is_expression(node):
                return True
            if isinstance(node, list):
                # Blocks of a set have no order: then any of them stands for all.
                node = node[step] if isinstance(step, int) and step < len(node) else node[:1]
            elif step in node:
                node = node[step]
            else:
                return False
        return node is not None

    def references(self, address: str, path: Path) -> list[str]:
        """What the expression at a path refers to, or what is within it."""
        node: Any = self._of(address)
        for step in path:
            if _is_expression(node):
                break
            if isinstance(node, list):
                node = node[step] if isinstance(step, int) and step < len(node) else node
            elif step in node:
                node = node[step]
            else:
                return []
        return list(dict.fromkeys(_references(node)))

    def _of(self, address: str) -> dict[str, Any]:
        """The arguments of a resource; `for_each` and `count` have one for all instances."""
        return self._resources.get(re.sub(r"\[[^]]*]$", "", address), {"": None})


def remote_output(reference: str) -> str:
    """The output of another stack that a reference reads, as `STACK output`; else empty."""
    parts = reference.removeprefix(REMOTE).split(".")
    is_output = reference.startswith(REMOTE) and len(parts) > 2 and parts[1] == "outputs"  # noqa: PLR2004
    return f"output {parts[2].split('[')[0]} of {parts[0]}" if is_output else ""


def _is_expression(node: Any) -> bool:
    return isinstance(node, dict) and (not node or "references" in node or "constant_value" in node)


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
    elif isinstance(node, dict):
        if isinstance(found := node.get("references"), list):
            yield from found
        else:
            for each in node.values():
                yield from _references(each)
