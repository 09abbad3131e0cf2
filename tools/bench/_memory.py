"""Peak memory of a process and all its children, read from /proc while they run."""

import re
import threading
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_INTERVAL_SECONDS = 0.02
_KB_PER_MB = 1024


@dataclass(frozen=True)
class Usage:
    """Memory of a process tree at its highest, in MB.

    Attributes:
        resident: The sum of the processes' resident set sizes, as `ps` shows them. A page that two
            processes share, such as the code of `node`, counts twice.
        distinct: The same with the pages of files counted once per program, which is what the tree
            takes from the machine. The kernel's proportional set size says much the same, but it
            changes with what else runs, and reading it slows down what it measures.
    """

    resident: float
    distinct: float


class PeakMemory:
    """Watches a process tree from a thread of its own until told to stop.

    The sizes of all processes are added up at the same moment, and the highest sum is kept:
    `getrusage` would give the largest single child only, and peaks of different moments do not add.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = Usage(0, 0)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> Usage | None:
        """Ends the watch and returns the peak, or nothing on a system without Linux's /proc."""
        self._done.set()
        self._thread.join()
        return self._peak if self._peak.resident else None

    def _watch(self) -> None:
        while not self._done.wait(_INTERVAL_SECONDS):
            now = _usage(self._pid)
            self._peak = Usage(
                max(self._peak.resident, now.resident), max(self._peak.distinct, now.distinct)
            )


def _usage(pid: int) -> Usage:
    private = 0
    shared_by_process: list[int] = []
    shared_by_program: dict[str, int] = {}
    for process in _with_children(pid):
        try:
            status = (process / "status").read_text()
            program = str((process / "exe").readlink())
        except OSError:  # it ended while we looked
            continue
        of_files = _kilobytes(status, "RssFile")
        private += _kilobytes(status, "RssAnon") + _kilobytes(status, "RssShmem")
        shared_by_process.append(of_files)
        shared_by_program[program] = max(of_files, shared_by_program.get(program, 0))
    return Usage(
        resident=(private + sum(shared_by_process)) / _KB_PER_MB,
        distinct=(private + sum(shared_by_program.values())) / _KB_PER_MB,
    )


def _with_children(pid: int) -> list[Path]:
    process = _PROC / str(pid)
    found = [process]
    for children in process.glob("task/*/children"):
        try:
            pids = children.read_text().split()
        except OSError:
            continue
        for child in pids:
            found += _with_children(int(child))
    return found


def _kilobytes(status: str, field: str) -> int:
    # A process that is ending has no memory fields any more.
    match = re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(match[1]) if match else 0
