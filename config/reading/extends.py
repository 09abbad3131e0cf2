"""`extends`: a file inherits the settings of another.

Mappings merge key by key, at every depth. Everything else, lists too, replaces what the
other file says. An empty value (null) takes an inherited value away, so that the default
holds again. `name` and `extends` are a file's own and never inherited.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path as File
from typing import Final

from config.problem import Problem
from config.reading.field_spec import FieldSpec
from config.reading.nearest import nearest
from config.reading.node import Located, Node, Refused
from config.reading.yaml_file import Document, read

KEY: Final = "extends"
OWN: Final = ("name", KEY)
"""Settings that are not inherited."""

SUFFIX: Final = ".yaml"


class Files:
    """Files, each read once. `spec` says what they may hold."""

    def __init__(self, spec: FieldSpec) -> None:
        self._spec = spec
        self._documents: dict[File, Document] = {}

    def read(self, file: File) -> Document:
        """Returns a file's own settings, from memory where it was read before."""
        if file not in self._documents:
            self._documents[file] = read(file, self._spec)
        return self._documents[file]

    def chain(self, file: File) -> Document:
        """Reads a file, by its normalized path, and what it extends, and merges them."""
        document = self.read(file)
        chain = replace(document, problems=[*document.problems])
        seen, roots = [file], [document.root]
        while document.root is not None and (parent := parent_of(document, seen)) is not None:
            if isinstance(parent, Problem):
                chain.problems.append(Located(document.root.locate((KEY,)), parent))
                chain.complete = False
                break
            seen.append(parent)
            document = self.read(parent)
            chain.problems += document.problems
            roots.append(_inheritable(document.root))
        chain.complete &= None not in roots
        # Base first: what one file removes with null, the next may set again.
        if chain.root is not None:
            chain.root = reduce(Node.merged, reversed([root for root in roots if root]))
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


def parent_of(document: Document, seen: Sequence[File] = ()) -> File | Problem | None:
    """Returns the file that a file extends.

    Args:
        seen: the files that lead here, which it must not lead back to.

    Returns:
        the normalized path of the file; None where it extends none; a problem where `extends`
        names no file or leads back.
    """
    node = document.root.child(KEY) if document.root else None
    if node is None or node.value is None or isinstance(node.value, Refused):
        return None
    value = node.value
    if not isinstance(value, str):
        allowed = "a path relative to this file"
        return Problem((KEY,), "must be the path of a file", node.shown(), allowed)
    return _checked(value, document.file, seen)


def _checked(value: str, file: File, seen: Sequence[File]) -> File | Problem:
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
        return Problem((KEY,), f"extends itself: {' -> '.join(circle)}", value)
    return parent


def _missing(value: str, file: File) -> Problem:
    others = (other for other in file.parent.glob(f"*{SUFFIX}") if other != file)
    stems = sorted(other.stem for other in others if other.is_file())
    meant = nearest(File(value).name.removesuffix(SUFFIX), stems)
    allowed = ", ".join(f"{stem}{SUFFIX}" for stem in stems)
    return Problem((KEY,), "is not a file", value, allowed, meant and f"{meant}{SUFFIX}")


def _inheritable(root: Node | None) -> Node | None:
    if root is None or not isinstance(root.value, dict):
        return None
    return replace(root, value={key: node for key, node in root.value.items() if key not in OWN})
