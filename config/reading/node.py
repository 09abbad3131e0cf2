"""A YAML document as a tree of values that know their place in the file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path as File

from config.problem import Path, Problem


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file; line and column count from 1 and are 0 where the whole file is meant."""

    file: File
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Located:
    """A problem and its place in the text."""

    position: Position
    problem: Problem


@dataclass(frozen=True)
class Verbatim:
    """A value that messages show as it stands in the file, without quotes around it."""

    text: str


@dataclass(frozen=True)
class Refused:
    """A scalar that the reader has reported already, or that is no choice; no type accepts it."""

    text: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Node:
    """A value of any kind.

    Attributes:
        position: where the value is looked for: at its key if it begins on a later line.
        key_position: where its key begins; the same where it has none.
        text: an unquoted scalar as it stands in the file.
    """

    value: "str | int | float | bool | Refused | list[Node] | dict[str, Node] | None"
    position: Position
    key_position: Position
    text: str = ""

    def child(self, step: str | int) -> "Node | None":
        """The value under a key or at a list position; None where there is none."""
        match self.value, step:
            case dict() as entries, str():
                return entries.get(step)
            case list() as items, int() if 0 <= step < len(items):
                return items[step]
            case _:
                return None

    def find(self, path: Path) -> "Node | None":
        """The value at a path; None where nothing was written."""
        node: Node | None = self
        for step in path:
            node = node and node.child(step)
        return node

    def locate(self, path: Path, *, key: bool = False) -> Position:
        """The position of what a path names, or of its nearest written ancestor.

        Args:
            key: whether the last step's key is meant rather than its value.
        """
        node = self
        for step in path:
            child = node.child(step)
            if child is None:
                return node.position
            node = child
        return node.key_position if key else node.position

    def depths(self, depth: int = 0) -> Iterator[int]:
        """Yields the depth of the value itself and of every value below it."""
        yield depth
        if isinstance(self.value, dict | list):
            for child in self.value.values() if isinstance(self.value, dict) else self.value:
                yield from child.depths(depth + 1)

    def moved(self, position: Position) -> "Node":
        """A copy that stands, with all that is in it, in one place: where an alias repeats it."""
        value = self.value
        if isinstance(value, dict):
            value = {key: child.moved(position) for key, child in value.items()}
        elif isinstance(value, list):
            value = [child.moved(position) for child in value]
        return replace(self, value=value, position=position, key_position=position)

    def merged(self, child: "Node") -> "Node":
        """This value as a file that extends this one changes it: mappings merge key by key."""
        base, changes = self.value, child.value
        if not isinstance(base, dict) or not isinstance(changes, dict):
            return child
        merged = {
            key: base[key].merged(new) if key in base else new for key, new in changes.items()
        }
        return replace(child, value={**base, **merged})

    def shown(self) -> object:
        """The value as messages show it: text in quotes, anything else as it was written."""
        if self.value is None or isinstance(self.value, str | dict | list):
            return self._plain()
        return Verbatim(self.text)

    def _plain(self) -> object:
        if isinstance(self.value, dict):
            return {key: child._plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child._plain() for child in self.value]
        return self.value
