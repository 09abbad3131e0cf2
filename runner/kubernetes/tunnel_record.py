"""The record of an open tunnel: `.tunnel/<environment>` beside the output folder.

The process of the tunnel holds a lock on it. So a tunnel that was killed counts as closed, whatever
it left behind.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from runner.errors import RunnerError
from runner.synth import output_folder

_RECORD: Final = "proxy"


def tunnel_folder(environment: str) -> Path:
    """`.tunnel/<environment>` beside the output folder."""
    return output_folder().parent / ".tunnel" / environment


def open_tunnel(environment: str) -> str | None:
    """The URL of the proxy of an open tunnel; None if none is open."""
    try:
        descriptor = os.open(tunnel_folder(environment) / _RECORD, os.O_RDONLY)
    except OSError:
        return None
    with os.fdopen(descriptor) as record:
        try:
            fcntl.flock(record, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return record.read() or None
        return None


class TunnelRecord:
    """The record, locked by this process."""

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder, self._descriptor = folder, descriptor

    def write(self, proxy: str) -> None:
        """Lets the other commands use the tunnel."""
        os.pwrite(self._descriptor, proxy.encode(), 0)


@contextmanager
def recorded(environment: str) -> Iterator[TunnelRecord]:
    """Records a tunnel as long as the body runs.

    Raises:
        RunnerError: one is open already.
    """
    folder = tunnel_folder(environment)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / _RECORD, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunnerError(
                f"A tunnel to {environment} is open already ({folder}). Use that one, or end it "
                "with Ctrl-C."
            ) from error
        os.truncate(descriptor, 0)
        yield TunnelRecord(folder, descriptor)
        os.truncate(descriptor, 0)
    finally:
        os.close(descriptor)
