"""The settings of a file as plain data, and the place of each in the text."""

from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

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
class Place:
    """Where a value stands.

    Attributes:
        value: where it begins, or its key if it begins on a later line.
        key: where its key begins; the value where it has none.
        text: an unquoted scalar as it stands in the file.
    """

    value: Position
    key: Position
    text: str = ""


@dataclass(frozen=True)
class WrittenSettings:
    """Settings, and the places of them and of everything in them."""

    settings: dict[str, Any]
    places: dict[Path, Place]

    def has(self, path: Path) -> bool:
        """Whether something was written there, null included."""
        return path in self.places

    def find(self, path: Path) -> Any:
        """What was written there; None for nothing, too."""
        value: Any = self.settings
        for step in path if self.has(path) else ():
            value = value[step]
        return value if self.has(path) else None

    def locate(self, path: Path, *, key: bool = False) -> Position:
        """The position of what a path names, or of its nearest written ancestor.

        Args:
            key: whether the last step's key is meant rather than its value.
        """
        nearest = self._nearest(path)
        place = self.places[nearest]
        return place.key if key and nearest == path else place.value

    def shown(self, path: Path) -> object:
        """A value as messages show it: text in quotes, anything else as it was written."""
        value = self.find(path)
        is_plain = value is None or isinstance(value, str | dict | list)
        return value if is_plain else Verbatim(self.places[path].text)

    def below(self, path: Path) -> "WrittenSettings":
        """The settings of a section, with paths that begin there."""
        found, length = self.find(path), len(path)
        places = {at[length:]: place for at, place in self.places.items() if at[:length] == path}
        return WrittenSettings(found if isinstance(found, dict) else {}, places)

    def without(self, *keys: str) -> "WrittenSettings":
        """The settings without some of the top level."""
        settings = {key: value for key, value in self.settings.items() if key not in keys}
        places = {at: place for at, place in self.places.items() if not at or at[0] not in keys}
        return WrittenSettings(settings, places)

    def extended_by(self, child: "WrittenSettings") -> "WrittenSettings":
        """The settings as a file that extends this one changes them: mappings merge key by key."""
        inherited = {
            path: place
            for path, place in self.places.items()
            if _both_map(self.find(near := child._nearest(path)), child.find(near))
        }
        return WrittenSettings(
            _merged(self.settings, child.settings), {**inherited, **child.places}
        )

    def _nearest(self, path: Path) -> Path:
        """A path, or that of its nearest ancestor in the file."""
        while path not in self.places:
            path = path[:-1]
        return path


def _merged(base: Any, child: Any) -> Any:
    if not _both_map(base, child):
        return child
    changes = {key: _merged(base.get(key), value) for key, value in child.items()}
    return {**base, **changes}


def _both_map(base: Any, child: Any) -> bool:
    return isinstance(base, dict) and isinstance(child, dict)
