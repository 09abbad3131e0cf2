"""`extends`: one file takes over the settings of another.

Mappings merge key by key, at every depth. Everything else, lists too, replaces what the
other file says. An empty value (null) takes an inherited value away, so that the default
holds again. `name` and `extends` are a file's own and never inherited.
"""

from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path as File
from typing import Final

from config.problem import Problem
from config.reading.nearest import nearest
from config.reading.tree import Entry, Located, Mapping, Node, Scalar, shown
from config.reading.yaml_file import Document, read

KEY: Final = "extends"
OWN: Final = ("name", KEY)
"""Settings that are not inherited."""

SUFFIX: Final = ".yaml"


@dataclass
class Chain:
    """A file together with all that it extends.

    Attributes:
        root: the merged settings; None where the file itself could not be read.
        problems: what is wrong with the files and with the way they extend each other.
        complete: whether all files of the chain could be read.
    """

    root: Mapping | None
    problems: list[Located] = field(default_factory=list)
    complete: bool = True


class Files:
    """Environment files, each read once."""

    def __init__(self) -> None:
        self._documents: dict[File, Document] = {}

    def read(self, file: File) -> Document:
        """Returns a file's own settings, from memory where it was read before."""
        if file not in self._documents:
            self._documents[file] = read(file)
        return self._documents[file]

    def chain(self, file: File) -> Chain:
        """Reads a file and what it extends, and merges them.

        Args:
            file: the file at the end of the chain, normalized.
        """
        document = self.read(file)
        chain = Chain(document.root, [*document.problems], complete=document.root is not None)
        seen, inherited = [file], list[Mapping]()
        while document.root is not None:
            parent = parent_of(document, seen)
            if parent is None:
                break
            if isinstance(parent, Problem):
                position = document.root.entries[KEY].position
                chain.problems.append(Located(position, parent))
                chain.complete = False
                break
            seen.append(parent)
            document = self.read(parent)
            chain.problems += document.problems
            if document.root is None:
                chain.complete = False
            else:
                inherited.append(_inheritable(document.root))
        # From the oldest on: what one file takes away, the next may say anew.
        if chain.root is not None and inherited:
            chain.root = _merge(reduce(_merge, reversed(inherited)), chain.root)
        return chain


def normalized(file: File) -> File:
    """Returns the absolute path of a file, without `..` but with the file's own name.

    Raises:
        OSError: the system cannot look the path up.
        ValueError: no file can have that name.
    """
    try:
        return file.parent.resolve() / file.name
    except RuntimeError as error:  # a circle of symbolic links, before Python 3.13
        raise OSError(str(error)) from error


def parent_of(document: Document, seen: list[File] | None = None) -> File | Problem | None:
    """Returns the file that a file extends.

    Args:
        document: the file.
        seen: the files that lead here, which it must not lead back to.

    Returns:
        the normalized path of the file; None where it extends none; a problem where `extends`
        names no file or leads back.
    """
    entry = document.root.entries.get(KEY) if document.root else None
    node = entry.value if entry else None
    if node is None or (isinstance(node, Scalar) and (node.value is None or node.unclear)):
        return None
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        allowed = "a path relative to this file"
        return Problem((KEY,), "must be the path of a file", shown(node), allowed)
    return _checked(node.value, document.file, seen or [])


def _checked(value: str, file: File, seen: list[File]) -> File | Problem:
    if File(value).is_absolute():
        return Problem((KEY,), "must be relative to this file", value)
    try:
        parent = normalized(file.parent / value)
        exists = parent.is_file()
    except (OSError, ValueError):
        return Problem((KEY,), "is not the path of a file", value)
    if not exists:
        return _missing(value, file)
    if parent in seen:
        circle = [file.name for file in [*seen[seen.index(parent) :], parent]]
        return Problem((KEY,), f"leads back to itself: {' -> '.join(circle)}", value)
    return parent


def _missing(value: str, file: File) -> Problem:
    beside = sorted(other.stem for other in file.parent.glob(f"*{SUFFIX}") if other != file)
    meant = nearest(File(value).name.removesuffix(SUFFIX), beside)
    allowed = ", ".join(f"{stem}{SUFFIX}" for stem in beside)
    return Problem((KEY,), "is not a file", value, allowed, meant and f"{meant}{SUFFIX}")


def _inheritable(root: Mapping) -> Mapping:
    entries = {key: entry for key, entry in root.entries.items() if key not in OWN}
    return Mapping(root.position, entries, root.block)


def _merge(base: Mapping, child: Mapping) -> Mapping:
    """Merges two mappings; what the child says comes last and stands where the child wrote it."""
    entries = dict(base.entries)
    for key, entry in child.entries.items():
        inherited = base.entries.get(key)
        merged = _merged_value(inherited.value if inherited else None, entry.value)
        entries[key] = Entry(entry.key_position, merged)
    return Mapping(child.position, entries, child.block)


def _merged_value(base: Node | None, child: Node) -> Node:
    if isinstance(base, Mapping) and isinstance(child, Mapping):
        return _merge(base, child)
    return child
