"""Reads one YAML file into settings that know their lines, and refuses what is ambiguous in it.

It reads the parser's events: PyYAML's composer would recurse without a limit, resolve aliases
without counting them and drop the place where an alias stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any, Final

import yaml

from config.problem import Path, Problem
from config.reading.corrections import disambiguated
from config.reading.field_spec import FieldSpec
from config.reading.scalars import Refused, resolve
from config.reading.syntax import explain
from config.reading.text_file import UnreadableError, read_text
from config.reading.written import Located, Place, Position, Verbatim, WrittenSettings

MAX_DEPTH: Final = 40
"""Levels of nesting; far more than any chart's values have."""

MAX_VALUES: Final = 20_000
"""Values of a file, those that aliases repeat included: a few nested aliases can stand for
billions."""

_TEXT_TAG: Final = "tag:yaml.org,2002:str"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_YAML: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Document:
    """One file, alone or together with all that it extends.

    Attributes:
        written: its settings; None where it could not be read at all.
        problems: what is wrong with its YAML.
        complete: whether the files that it extends could be read.
    """

    file: File
    written: WrittenSettings | None = None
    problems: list[Located] = field(default_factory=list)
    complete: bool = True


def read(file: File, spec: FieldSpec) -> Document:
    """Reads a file: UTF-8, one document whose top level is a mapping.

    Args:
        spec: what the file may say, for the words of its problems.
    """
    try:
        text = read_text(file)
    except UnreadableError as error:
        return Document(file, problems=[_unreadable(file, error)])
    return parse(file, text, spec)


def parse(file: File, text: str, spec: FieldSpec) -> Document:
    """Reads a text as if it stood in a file."""
    reader = _Reader(file, text, spec)
    try:
        return Document(file, reader.written(), reader.problems)
    except UnreadableError as error:
        return Document(file, problems=[*reader.problems, _unreadable(file, error)])


def _unreadable(file: File, error: UnreadableError) -> Located:
    return Located(Position(file, error.line, error.column), Problem((), error.message))


class _Reader:
    def __init__(self, file: File, text: str, spec: FieldSpec) -> None:
        self._file = file
        self._text = text
        self._spec = spec
        self._parser: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._events: list[Any] = []
        self._next = 0
        # Events are given by their number: the first of a value with an anchor, and that of a value
        # by the event after its alias, because an anchor may be used again for another value.
        self._anchors: dict[str, int] = {}
        self._aliases: dict[int, int] = {}
        self._alias: Position | None = None  # while its value is read
        self._places: dict[Path, Place] = {}
        self._values = 0
        self.problems: list[Located] = []

    def written(self) -> WrittenSettings:
        """The settings.

        Raises:
            UnreadableError: the text is no YAML, over a limit, or no single mapping.
        """
        if found := _NOT_YAML.search(self._text):
            before = self._text[: found.start()]
            message = f"has a character that YAML does not allow: U+{ord(found[0]):04X}"
            raise UnreadableError(message, before.count("\n") + 1, len(before) - before.rfind("\n"))
        try:
            return self._settings()
        except yaml.MarkedYAMLError as error:
            raise explain(error, self._text) from error

    def _settings(self) -> WrittenSettings:
        settings: Any = None
        while not isinstance(event := self._take(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                if self._places:
                    raise self._error(event, "begins a second document: a file holds one")
                settings = self._value((), self._take())
        if settings is None and not (self._places and self._places[()].text):
            raise UnreadableError("is empty: it needs settings, each as `key: value`", 1, 1)
        if not isinstance(settings, dict):
            message, at = "must hold settings, each as `key: value`", self._places[()].value
            raise UnreadableError(message, at.line, at.column)
        return WrittenSettings(settings, self._places)

    def _take(self) -> Any:
        """The next event, from the parser or, for an alias, once more."""
        if self._next == len(self._events):
            self._events.append(next(self._parser))
        self._next += 1
        return self._events[self._next - 1]

    def _value(self, path: Path, event: Any, key: Position | None = None) -> Any:
        """Reads a value and notes its place. Its key begins at `key`, if it has one."""
        value, text = self._node(path, event)
        position = self._position(event)
        if isinstance(value, Refused) and value.message and isinstance(event, yaml.ScalarEvent):
            self._report(event, disambiguated(path, value, self._spec.at(path)))
        # A block begins on a later line than its key, and nothing has no place at all.
        if key and (value is None or getattr(event, "flow_style", None) is False):
            position = key
        self._places[path] = Place(position, key or position, text)
        return value

    def _node(self, path: Path, event: Any) -> tuple[Any, str]:
        """Reads a value or a key. The text is that of an unquoted scalar."""
        first = self._next - 1
        match event:
            case yaml.AliasEvent():
                return self._repeated(path, event)
            case yaml.ScalarEvent():
                found = self._scalar(path, event)
            case _:
                found = self._collection(path, event), ""
        if self._alias is None:
            self._anchors[event.anchor] = first
        return found

    def _repeated(self, path: Path, event: yaml.AliasEvent) -> tuple[Any, str]:
        """Reads the value that an alias stands for once more."""
        if event.anchor not in self._anchors:
            message = f"*{event.anchor} is an alias without an anchor before it"
            raise self._error(event, message)
        outer = self._next, self._alias
        self._alias = self._position(event)
        self._next = self._aliases.setdefault(self._next, self._anchors[event.anchor])
        found = self._node(path, self._take())
        self._next, self._alias = outer
        return found

    def _scalar(self, path: Path, event: yaml.ScalarEvent) -> tuple[Any, str]:
        self._count(event, 0)
        if event.tag not in {None, _TEXT_TAG}:
            self._refuse_tag(path, event)
            return Refused(event.value), ""
        if event.tag is not None or not event.implicit[0]:
            return event.value, ""
        return resolve(event.value), event.value

    def _collection(self, path: Path, event: yaml.CollectionStartEvent) -> Any:
        self._count(event, len(path))
        if event.tag is not None:
            self._refuse_tag(path, event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._entries(path)
        items = self._until(yaml.SequenceEndEvent)
        return [self._value((*path, place), item) for place, item in enumerate(items)]

    def _entries(self, path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for event in self._until(yaml.MappingEndEvent):
            key, text = self._node((*path, ""), event)
            name, position = text or str(key), self._position(event)
            if problem := _wrong_key(key, name, path, lines):
                self._report(event, problem)
                # Nothing of its value is kept; that of the first key has the same path.
                places, self._places = self._places, {}
                self._value((*path, name), self._take())
                self._places = places
            else:
                lines[name] = position.line
                entries[name] = self._value((*path, name), self._take(), position)
        return entries

    def _until(self, end: type[yaml.Event]) -> Iterator[Any]:
        while not isinstance(event := self._take(), end):
            yield event

    def _position(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        return self._alias or Position(self._file, mark.line + 1, mark.column + 1)

    def _refuse_tag(self, path: Path, event: Any) -> None:
        shown = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._report(event, Problem(path, f"has the tag {shown}: remove it"))

    def _report(self, event: yaml.Event, problem: Problem) -> None:
        if self._alias is None:
            self.problems.append(Located(self._position(event), problem))

    def _count(self, event: yaml.Event, depth: int) -> None:
        self._values += 1
        if depth >= MAX_DEPTH:
            raise self._error(event, f"is nested more than {MAX_DEPTH} levels deep")
        if self._values > MAX_VALUES:
            raise self._error(event, f"exceeds the limit of {MAX_VALUES} values in a file")

    def _error(self, event: yaml.Event, message: str) -> UnreadableError:
        position = self._position(event)
        return UnreadableError(message, position.line, position.column)


def _wrong_key(key: Any, name: str, path: Path, lines: dict[str, int]) -> Problem | None:
    """What is wrong with a key of a mapping, whose other keys begin in these lines."""
    if isinstance(key, dict | list):
        return Problem(path, "has a key that is not text")
    if not isinstance(key, str):
        quoted = f'"{name}" in quotes'
        return Problem(path, "has a key that is not text", Verbatim(name), quoted)
    if name == "<<":
        message = "has the merge key <<, which is not in YAML 1.2"
        return Problem(path, message, allowed="`extends`, which merges whole files")
    if name in lines:
        message = f"is written twice; the first is in line {lines[name]}"
        return Problem((*path, name), message)
    return None
