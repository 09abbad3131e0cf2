"""Processes that run at the same time, and whose outputs are printed one after the other."""

import codecs
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

MOST: Final = 4
"""So many run at a time: Terraform with its AWS provider takes about 1 GB of memory."""

POLL_SECONDS: Final = 0.2

_EXPLANATION: Final = (
    "Interrupted. Terraform finishes the calls that it has started, in all regions, saves the "
    "states and releases their locks. Wait for it: the third Ctrl-C ends it at once, and what it "
    "was making is lost."
)


@dataclass
class Process:
    """A process that has not begun yet.

    Attributes:
        title: what is printed above its output.
        arguments: of this Python.
        given: its standard input.
        output: the file for its output and its errors.
    """

    title: str
    arguments: Sequence[str]
    given: str
    output: Path
    environ: dict[str, str]
    _started: "subprocess.Popen[str] | None" = field(default=None, init=False)

    @property
    def has_begun(self) -> bool:
        """Whether it was started."""
        return self._started is not None

    @property
    def has_ended(self) -> bool:
        """Whether it was started and has ended."""
        return self._started is not None and self._started.poll() is not None

    @property
    def code(self) -> int | None:
        """Its exit code; None before it has ended."""
        return self._started.returncode if self._started else None

    def start(self) -> None:
        """Starts it in a process group of its own, so that it gets signals from here only."""
        with self.output.open("w") as output:
            started = subprocess.Popen(
                [sys.executable, *self.arguments],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environ,
                text=True,
                process_group=0,
            )
        self._started = started
        if started.stdin is not None:
            with started.stdin as given:
                given.write(self.given)

    def send(self, number: int) -> None:
        """Sends it a signal, if it runs."""
        if self._started is not None and self._started.poll() is None:
            self._started.send_signal(number)


def run_all(processes: Sequence[Process]) -> bool:
    """Runs all processes, `MOST` at a time, and prints their outputs in their order.

    The output of the first one is printed as it comes, that of each other one when those before it
    have ended. After a failure the others still run to their end; after a signal no further one
    begins.

    Returns:
        Whether a signal came.
    """
    with _signals(processes) as signals:
        for each in processes:
            print(f"\n==== {each.title} ====", flush=True)
            _print_output(each, processes, signals)
    return bool(signals)


def terminal_width() -> str:
    """How many columns the terminal has, for programs that write to a file."""
    return str(shutil.get_terminal_size().columns)


def _print_output(process: Process, all_: Sequence[Process], signals: Sequence[int]) -> None:
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    position = 0
    while True:
        if not signals:
            _start_some(all_)
        ended = process.has_ended or (bool(signals) and not process.has_begun)
        if process.output.exists():
            with process.output.open("rb") as output:
                output.seek(position)
                content = output.read()
            position += len(content)
            print(decode(content), end="", flush=True)
        if ended:
            return
        time.sleep(POLL_SECONDS)


def _start_some(processes: Sequence[Process]) -> None:
    running = sum(each.has_begun and not each.has_ended for each in processes)
    waiting = [each for each in processes if not each.has_begun]
    for each in waiting[: MOST - running]:
        each.start()


@contextmanager
def _signals(processes: Sequence[Process]) -> Iterator[list[int]]:
    """Passes signals on to all processes, and lists those that came."""
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received  # Python handles signals in the main thread only
        return

    def receive(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        for each in processes:
            each.send(number)
        if len(received) == 1:
            print(_EXPLANATION, file=sys.stderr, flush=True)

    before = {each: signal.signal(each, receive) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
