"""Reads a text file, or says in plain words why it cannot be read."""

from pathlib import Path as File
from typing import Final

import yaml

MAX_BYTES: Final = 256 * 1024
"""Size of an environment file; a thousand times that of a long one."""


class UnreadableError(Exception):
    """A file, or the rest of it, cannot be read: why, and where as in `Position`."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column

    @classmethod
    def at(cls, mark: yaml.Mark, message: str) -> "UnreadableError":
        """The error at a place of the YAML parser, which counts from 0."""
        return cls(message, mark.line + 1, mark.column + 1)


def read_text(file: File) -> str:
    """Returns the text of a UTF-8 file, with or without a byte order mark.

    Raises:
        UnreadableError: it is missing, no regular file, larger than `MAX_BYTES`, not UTF-8, or the
            system refuses to open it.
    """
    try:
        if not file.is_file():
            if file.is_dir():
                raise UnreadableError("is a directory, not a file")
            exists = file.exists() or file.is_symlink()
            raise UnreadableError("is not a regular file" if exists else "does not exist")
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"is larger than {MAX_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        message = f"is not UTF-8 text: byte 0x{data[error.start]:02x}"
        raise UnreadableError(message, before.count(b"\n") + 1, column) from error
