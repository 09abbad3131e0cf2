"""Reads one YAML file into a tree that knows its lines, and refuses what is ambiguous in it.

It reads the parser's events: PyYAML's composer would recurse without a limit, resolve aliases
without counting them and drop the place where an alias stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any, Final

import yaml

from config.problem import Path, Problem
from config.reading.corrections import disambiguated
from config.reading.field_spec import FieldSpec
from config.reading.node import Located, Node, Position, Refused, Verbatim
from config.reading.scalars import Ambiguous, resolve
from config.reading.syntax import explain
from config.reading.text_file import UnreadableError, read_text

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
        root: its settings, a mapping; None where it could not be read at all.
        problems: what is wrong with its YAML.
        complete: whether the files that it extends could be read.
    """

    file: File
    root: Node | None = None
    problems: list[Located] = field(default_factory=list)
    complete: bool = True


def read(file: File, spec: FieldSpec) -> Document:
    """Reads a file: UTF-8, one document whose top level is a mapping.

    Args:
        spec: what the file may say, for the words of its problems.
    """
    try:
        return parse(file, read_text(file), spec)
    except UnreadableError as error:
        return Document(file, problems=[_unreadable(file, error)])


def parse(file: File, text: str, spec: FieldSpec) -> Document:
    """Reads a text as if it stood in a file."""
    reader = _Reader(file, text, spec)
    try:
        return Document(file, reader.root(), reader.problems)
    except UnreadableError as error:
        return Document(file, problems=[*reader.problems, _unreadable(file, error)])


def _unreadable(file: File, error: UnreadableError) -> Located:
    return Located(Position(file, error.line, error.column), Problem((), error.message))


class _Reader:
    def __init__(self, file: File, text: str, spec: FieldSpec) -> None:
        self._file = file
        self._text = text
        self._spec = spec
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._anchors: dict[str | None, Node] = {}
        self._depth = 0
        self._values = 0
        self.problems: list[Located] = []

    def root(self) -> Node:
        """The settings.

        Raises:
            UnreadableError: the text is no YAML, over a limit, or no single mapping.
        """
        if found := _NOT_YAML.search(self._text):
            before = self._text[: found.start()]
            message = f"has a character that YAML does not allow: U+{ord(found[0]):04X}"
            raise UnreadableError(message, before.count("\n") + 1, len(before) - before.rfind("\n"))
        root = None
        try:
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if root is not None:
                        raise _error(event, "begins a second document: a file holds one")
                    root = self._node(next(self._events), ())
        except yaml.YAMLError as error:
            raise explain(error, self._text) from error
        if root is None or (root.value is None and not root.text):
            raise UnreadableError("is empty: it needs settings, each as `key: value`", 1, 1)
        if not isinstance(root.value, dict):
            message, at = "must hold settings, each as `key: value`", root.position
            raise UnreadableError(message, at.line, at.column)
        return root

    def _node(self, event: yaml.Event, path: Path, *, is_key: bool = False) -> Node:
        position = Position(self._file, event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case yaml.AliasEvent():
                return self._alias(event, position)
            case yaml.ScalarEvent():
                node = self._scalar(event, path, position, is_key=is_key)
            case yaml.CollectionStartEvent():
                node = self._collection(event, path, position)
            case _:
                raise AssertionError(event)
        self._anchors[event.anchor] = node
        return node

    def _collection(self, event: yaml.CollectionStartEvent, path: Path, position: Position) -> Node:
        self._count(event, self._depth)
        if event.tag is not None:
            self._refuse_tag(event.tag, path, position)
        self._depth += 1
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        value = self._entries(path) if is_mapping else self._items(path)
        self._depth -= 1
        return Node(value, position, position)

    def _items(self, path: Path) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _entries(self, path: Path) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, path, is_key=True)
            name = self._name(key, path, entries)
            event = next(self._events)
            value = self._node(event, (*path, key.text if name is None else name))
            if name is not None:
                # A block begins on a later line than its key, and nothing has no place at all.
                at_key = value.value is None or getattr(event, "flow_style", None) is False
                position = key.position if at_key else value.position
                entries[name] = replace(value, position=position, key_position=key.position)
        return entries

    def _name(self, key: Node, path: Path, entries: dict[str, Node]) -> str | None:
        """The text of a key; None for a key that is refused."""
        name = str(key.value)
        if isinstance(key.value, dict | list):
            problem = Problem(path, "has a key that is not text")
        elif key.text == "<<":
            message = "has the merge key <<, which is not in YAML 1.2"
            problem = Problem(path, message, allowed="`extends`, which merges whole files")
        elif key.value is None or (key.text and not isinstance(key.value, str)):
            message, quoted = "has a key that is not text", f'"{key.text}" in quotes'
            problem = Problem(path, message, Verbatim(key.text), quoted)
        elif first := entries.get(name):
            message = f"is written twice; the first is in line {first.key_position.line}"
            problem = Problem((*path, name), message)
        else:
            return name
        self.problems.append(Located(key.position, problem))
        return None

    def _scalar(
        self, event: yaml.ScalarEvent, path: Path, position: Position, *, is_key: bool
    ) -> Node:
        self._count(event, 0)
        text = event.value
        if event.tag not in {None, _TEXT_TAG}:
            self._refuse_tag(event.tag, path, position)
            return Node(Refused(text), position, position)
        if event.tag is not None or not event.implicit[0]:
            return Node(text, position, position)
        value = resolve(text)
        if isinstance(value, Ambiguous):
            if not is_key:
                problem = disambiguated(path, text, value, self._spec.at(path))
                self.problems.append(Located(position, problem))
            value = Refused(text)
        return Node(value, position, position, text)

    def _alias(self, event: yaml.AliasEvent, position: Position) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise _error(event, f"*{event.anchor} is an alias without an anchor before it")
        for depth in node.depths(self._depth - 1):
            self._count(event, depth)
        return node.moved(position)

    def _refuse_tag(self, tag: str, path: Path, position: Position) -> None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self.problems.append(Located(position, Problem(path, f"has the tag {shown}: remove it")))

    def _count(self, event: yaml.Event, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise _error(event, f"is nested more than {MAX_DEPTH} levels deep")
        self._values += 1
        if self._values > MAX_VALUES:
            raise _error(event, f"exceeds the limit of {MAX_VALUES} values in a file")


def _error(event: yaml.Event, message: str) -> UnreadableError:
    return UnreadableError(message, event.start_mark.line + 1, event.start_mark.column + 1)
