"""Reads one YAML file into a tree that knows its lines, and refuses what is ambiguous in it.

It reads the parser's events rather than composed nodes: those would be built recursively,
which a deeply nested file turns into a crash.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Final

import yaml

from config.problem import Path, Problem
from config.reading.scalars import Unclear, resolve
from config.reading.syntax import explain
from config.reading.text_file import UnreadableError, read_text
from config.reading.tree import (
    Entry,
    Located,
    Mapping,
    Node,
    Position,
    Scalar,
    Sequence,
    Written,
    moved,
    walk,
)

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
    """One file.

    Attributes:
        file: where it was read from.
        root: its settings; None where it could not be read at all.
        problems: what is wrong with its YAML.
    """

    file: File
    root: Mapping | None = None
    problems: list[Located] = field(default_factory=list)


def read(file: File) -> Document:
    """Reads a file.

    Args:
        file: a YAML file, UTF-8, with one document whose top level is a mapping.

    Returns:
        its settings and all problems of its YAML; a file that cannot be read is a problem too.
    """
    try:
        return parse(file, read_text(file))
    except UnreadableError as error:
        return Document(file, problems=[_located(file, error)])


def parse(file: File, text: str) -> Document:
    """Reads a text as if it stood in a file.

    Args:
        file: the file that problems name.
        text: YAML.
    """
    document = Document(file)
    try:
        _refuse_control_characters(text)
        document.root = _Builder(document).build(text)
    except UnreadableError as error:
        document.problems.append(_located(file, error))
    return document


def _located(file: File, error: UnreadableError) -> Located:
    return Located(Position(file, error.line, error.column), Problem((), error.message))


def _refuse_control_characters(text: str) -> None:
    if found := _NOT_YAML.search(text):
        before = text[: found.start()]
        column = found.start() - (before.rfind("\n") + 1) + 1
        message = f"has a character that YAML does not allow: U+{ord(found[0]):04X}"
        raise UnreadableError(message, before.count("\n") + 1, column)


@dataclass
class _Frame:
    """A collection that is being read.

    Attributes:
        node: the collection so far.
        path: where it stands.
        anchor: the name that aliases call it by.
        key: in a mapping, the key whose value comes next; None where a key comes next.
        skips_value: whether the next value belongs to a key that was refused.
    """

    node: Mapping | Sequence
    path: Path
    anchor: str | None
    key: tuple[str, Position] | None = None
    skips_value: bool = False


def _refused_key(node: Node) -> Problem | None:
    if not isinstance(node, Scalar):
        return Problem((), "has a key that is no text")
    if node.quoted:
        return None
    if node.text == "<<":
        return Problem(
            (),
            "has the merge key <<, which YAML 1.2 no longer has",
            allowed="`extends`, which merges whole files",
        )
    if node.unclear or not isinstance(node.value, str):
        written = Written(node.text)
        return Problem((), "has a key that is no text", written, f'"{node.text}" in quotes')
    return None


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._file = document.file
        self._frames: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._values = 0
        self._root: Node | None = None

    def build(self, text: str) -> Mapping:
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self._handle(event)
        except yaml.YAMLError as error:
            raise explain(error, text) from error
        root = self._root
        if root is None or (isinstance(root, Scalar) and not root.text and not root.quoted):
            raise UnreadableError("is empty: it needs settings, each as `key: value`", 1, 1)
        if not isinstance(root, Mapping):
            raise UnreadableError(
                "must hold settings, each as `key: value`",
                root.position.line,
                root.position.column,
            )
        return root

    def _handle(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent() if self._root is not None:
                raise self._error(event, "begins a second document: a file describes one")
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                frame = self._frames.pop()
                self._place(frame.node, frame.anchor)
            case yaml.ScalarEvent():
                self._place(self._scalar(event), event.anchor)
            case yaml.AliasEvent():
                self._place(self._alias(event), None)
            case _:
                pass

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if len(self._frames) >= MAX_DEPTH:
            raise self._error(event, f"is nested more than {MAX_DEPTH} levels deep")
        position, block = self._position(event), not event.flow_style
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Mapping(position, block=block) if mapping else Sequence(position, block=block)
        self._count(event)
        self._refuse_tag(event.tag, position)
        self._frames.append(_Frame(node, self._next_path(), event.anchor))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        self._count(event)
        position, text = self._position(event), event.value
        if not event.implicit[0] or event.tag is not None:
            refused = event.tag not in {None, _TEXT_TAG} and self._refuse_tag(event.tag, position)
            return Scalar(position, text, text, quoted=True, unclear=bool(refused))
        value = resolve(text)
        if not isinstance(value, Unclear):
            return Scalar(position, value, text)
        node = Scalar(position, text, text, unclear=True)
        if not self._at_key():
            shown = Written(text)
            problem = Problem(self._next_path(), value.reading, shown, value.allowed)
            self._report(position, problem)
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise self._error(event, f"*{event.anchor} repeats no value that stands before it")
        for path, _ in walk(node):
            self._count(event)
            if len(self._frames) + len(path) > MAX_DEPTH:
                raise self._error(event, f"is nested more than {MAX_DEPTH} levels deep")
        return moved(node, self._position(event))

    def _place(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._frames:
            self._root = node
            return
        frame = self._frames[-1]
        if isinstance(frame.node, Sequence):
            frame.node.items.append(node)
        elif frame.skips_value:
            frame.skips_value = False
        elif frame.key is None:
            self._place_key(frame, node)
        else:
            key, position = frame.key
            frame.node.entries[key] = Entry(position, node)
            frame.key = None

    def _place_key(self, frame: _Frame, node: Node) -> None:
        refusal = _refused_key(node)
        if refusal is None and isinstance(node, Scalar) and isinstance(frame.node, Mapping):
            first = frame.node.entries.get(node.text)
            if first is None:
                frame.key = (node.text, node.position)
                return
            message = f"is written twice; the first is in line {first.key_position.line}"
            refusal = Problem((node.text,), message)
        frame.skips_value = True
        if refusal is not None:
            path = (*frame.path, *refusal.path)
            problem = Problem(path, refusal.message, refusal.value, refusal.allowed)
            self._report(node.position, problem)

    def _at_key(self) -> bool:
        frame = self._frames[-1] if self._frames else None
        return frame is not None and isinstance(frame.node, Mapping) and frame.key is None

    def _next_path(self) -> Path:
        if not self._frames:
            return ()
        frame = self._frames[-1]
        if isinstance(frame.node, Sequence):
            return (*frame.path, len(frame.node.items))
        return (*frame.path, frame.key[0]) if frame.key else frame.path

    def _refuse_tag(self, tag: str | None, position: Position) -> bool:
        if tag is None:
            return False
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self._report(position, Problem(self._next_path(), f"has the tag {shown}: leave it out"))
        return True

    def _report(self, position: Position, problem: Problem) -> None:
        self._document.problems.append(Located(position, problem))

    def _count(self, event: yaml.Event) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._error(event, f"is one too many: a file has up to {MAX_VALUES} values")

    def _position(self, event: yaml.Event) -> Position:
        return Position(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _error(self, event: yaml.Event, message: str) -> UnreadableError:
        return UnreadableError(message, event.start_mark.line + 1, event.start_mark.column + 1)
