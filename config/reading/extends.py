"""`extends`: a file inherits the settings of another.

Mappings merge key by key, at every depth. Everything else, lists too, replaces what the
other file says. An empty value (null) takes an inherited value away, so that the default
holds again. `name` and `extends` are a file's own and never inherited.
"""

from pathlib import Path as File
from typing import Final

from config.problem import Problem
from config.reading.field_spec import FieldSpec
from config.reading.nearest import nearest
from config.reading.scalars import Refused
from config.reading.written import Located
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

    def chain(self, file: File, seen: tuple[File, ...] = ()) -> Document:
        """Reads a file, by its normalized path, and what it extends, and merges them.

        Args:
            seen: the files that lead here.
        """
        document = self.read(file)
        if document.written is None:
            return Document(file, None, document.problems, complete=False)
        parent = parent_of(document, (*seen, file))
        if parent is None:
            return document
        if isinstance(parent, Problem):
            problem = Located(document.written.locate((KEY,)), parent)
            return Document(file, document.written, [*document.problems, problem], complete=False)
        # Base first: what one file removes with null, the next may set again.
        base = self.chain(parent, (*seen, file))
        written = document.written
        if base.written is not None:
            written = base.written.without(*OWN).extended_by(written)
        return Document(file, written, [*document.problems, *base.problems], base.complete)


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


def parent_of(document: Document, seen: tuple[File, ...] = ()) -> File | Problem | None:
    """Returns the file that a file extends.

    Args:
        seen: the files that lead here, itself included, which it must not lead back to.

    Returns:
        the normalized path of the file; None where it extends none; a problem where `extends`
        names no file or leads back.
    """
    value = document.written.settings.get(KEY) if document.written else None
    if document.written is None or value is None or isinstance(value, Refused):
        return None
    if not isinstance(value, str):
        shown, allowed = document.written.shown((KEY,)), "a path relative to this file"
        return Problem((KEY,), "must be the path of a file", shown, allowed)
    return _parent(value, document.file, seen)


def _parent(value: str, file: File, seen: tuple[File, ...]) -> File | Problem:
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
        circle = [each.name for each in (*seen[seen.index(parent) :], parent)]
        return Problem((KEY,), f"extends itself: {' -> '.join(circle)}", value)
    return parent


def _missing(value: str, file: File) -> Problem:
    others = (other for other in file.parent.glob(f"*{SUFFIX}") if other != file)
    stems = sorted(other.stem for other in others if other.is_file())
    meant = nearest(File(value).name.removesuffix(SUFFIX), stems)
    allowed = ", ".join(f"{stem}{SUFFIX}" for stem in stems)
    return Problem((KEY,), "is not a file", value, allowed, meant and f"{meant}{SUFFIX}")
