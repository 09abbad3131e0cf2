"""A YAML document as a tree of values that know where they were written."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import TypeAlias

from config.problem import Path, Problem


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file; line and column count from 1 and are 0 where the whole file is meant."""

    file: File
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Scalar:
    """A single value.

    Attributes:
        position: where it begins.
        value: text, number, boolean or None.
        text: what was written, without quotes.
        quoted: whether it is text whatever it looks like.
        unclear: whether YAML's versions disagree on what it is; already reported then.
    """

    position: Position
    value: str | int | float | bool | None
    text: str
    quoted: bool = False
    unclear: bool = False


@dataclass(frozen=True)
class Sequence:
    """A list."""

    position: Position
    items: list["Node"] = field(default_factory=list)
    block: bool = False


@dataclass(frozen=True)
class Entry:
    """A key of a mapping and its value."""

    key_position: Position
    value: "Node"

    @property
    def position(self) -> Position:
        """Where a reader looks for the value: at the key if the value begins on a later line."""
        value = self.value
        if isinstance(value, Scalar):
            return self.key_position if value.value is None else value.position
        return self.key_position if value.block else value.position


@dataclass(frozen=True)
class Mapping:
    """Keys and values, in the order of the file."""

    position: Position
    entries: dict[str, Entry] = field(default_factory=dict)
    block: bool = False


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(frozen=True)
class Written:
    """A value to be shown as it stands in the file, without quotes around it."""

    text: str


@dataclass(frozen=True)
class Located:
    """A problem and its place in the text."""

    position: Position
    problem: Problem


def child(node: Node | None, step: str | int) -> Node | None:
    """Returns the value under a key or at a list position; None where there is none."""
    if isinstance(node, Mapping) and isinstance(step, str):
        entry = node.entries.get(step)
        return entry.value if entry else None
    if isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def find(node: Node, path: Path) -> Node | None:
    """Returns the value at a path; None where nothing was written."""
    found: Node | None = node
    for step in path:
        found = child(found, step)
    return found


def locate(node: Node, path: Path, *, key: bool = False) -> Position:
    """Returns the position of what a path names, or of its nearest written ancestor.

    Args:
        node: the top of the tree.
        path: keys and list positions.
        key: whether the last step's key is meant rather than its value.
    """
    position = node.position
    current: Node = node
    for index, step in enumerate(path):
        following = child(current, step)
        if following is None:
            return position
        position = following.position
        if isinstance(current, Mapping):
            entry = current.entries[str(step)]
            last = index == len(path) - 1
            position = entry.key_position if key and last else entry.position
        current = following
    return position


def moved(node: Node, position: Position) -> Node:
    """Returns a copy of a value that stands, with all that is in it, in one place.

    Args:
        node: the value.
        position: where an alias repeats it.
    """
    match node:
        case Scalar():
            return replace(node, position=position)
        case Sequence():
            return Sequence(position, [moved(item, position) for item in node.items])
        case Mapping():
            entries = {
                key: Entry(position, moved(entry.value, position))
                for key, entry in node.entries.items()
            }
            return Mapping(position, entries)


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yields every value below a node, and the node itself, with their paths."""
    yield path, node
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield from walk(entry.value, (*path, key))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from walk(item, (*path, index))


def shown(node: Node) -> object:
    """Returns a value as messages show it: text in quotes, anything else as it was written."""
    match node:
        case Scalar(value=str()):
            return node.value
        case Scalar(value=None):
            return None
        case Scalar():
            return Written(node.text)
        case Sequence():
            return [_inside(item) for item in node.items]
        case Mapping():
            return {key: _inside(entry.value) for key, entry in node.entries.items()}


def _inside(node: Node) -> object:
    return node.value if isinstance(node, Scalar) else shown(node)
