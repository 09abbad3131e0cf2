"""The version table with other versions in it, as a patch that leaves its comments as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

import yaml

KeyPath = tuple[str, ...]

NAME: Final = "config/versions.yaml"


@dataclass(frozen=True)
class Edit:
    """A change of one entry of the table.

    Attributes:
        path: the keys of the entry.
        values: the scalars that it gets, by key; None removes the line of a key.
    """

    path: KeyPath
    values: Mapping[str, str | None]


def edited(text: str, edits: list[Edit]) -> str:
    """The table with the edits made.

    A key that the entry does not have yet gets a line after the entry's first one.
    """
    root = yaml.compose(text, yaml.SafeLoader)
    lines = text.splitlines(keepends=True)
    inserted: dict[int, list[str]] = {}
    removed: set[int] = set()
    for edit in edits:
        entry = _mapping(root, edit.path)
        for key, value in edit.values.items():
            node = entry.get(key)
            if node is None:
                if value is not None:
                    first = next(iter(entry.values()))
                    indent = " " * _column(root, edit.path)
                    inserted.setdefault(first.end_mark.line, []).append(f"{indent}{key}: {value}\n")
            elif value is None:
                removed.add(node.start_mark.line)
            else:
                start, end = node.start_mark, node.end_mark
                line = lines[start.line]
                lines[start.line] = f"{line[: start.column]}{value}{line[end.column :]}"
    result: list[str] = []
    for number, line in enumerate(lines):
        if number not in removed:
            result.append(line)
        result += inserted.get(number, [])
    return "".join(result)


def diff(before: str, after: str) -> str:
    """A patch for `git apply` in the folder of the project; empty where nothing differs."""
    lines = unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{NAME}", f"b/{NAME}"
    )
    return "".join(lines)


def _mapping(root: yaml.Node, path: KeyPath) -> dict[str, yaml.Node]:
    node = _node(root, path)
    return {key.value: value for key, value in node.value}


def _column(root: yaml.Node, path: KeyPath) -> int:
    return _node(root, path).start_mark.column


def _node(root: yaml.Node, path: KeyPath) -> yaml.MappingNode:
    node = root
    for step in path:
        node = next(value for key, value in _pairs(node) if key.value == step)
    if not isinstance(node, yaml.MappingNode):
        raise TypeError(f"{'.'.join(path)} is not a mapping")
    return node


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []
