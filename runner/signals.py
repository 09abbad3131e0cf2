"""Handles signals while Terraform runs.

After Ctrl-C Terraform finishes its current call, writes the state and releases the lock.
`subprocess.run` would kill it after a quarter of a second, which leaves the lock and loses
resources. So this process waits until Terraform has ended.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

REPORT_SECONDS: Final = 30.0
END_AT_ONCE: Final = 3
"""The Ctrl-C that Terraform receives as its second one, at which it ends without saving."""


@dataclass
class Interruption:
    """Whether and how often the user interrupted Terraform."""

    times: int = 0

    @property
    def happened(self) -> bool:
        """Whether it happened at all."""
        return self.times > 0


def shares_terminal() -> bool:
    """Whether a terminal sends its Ctrl-C to this process and to its children alike."""
    return sys.stdin is not None and sys.stdin.isatty()


@contextmanager
def forward_signals(
    process: "subprocess.Popen[str]", explanation: str = "", *, shared: bool = True
) -> Iterator[Interruption]:
    """Lets a child process handle Ctrl-C and SIGTERM, and says what happens after the first.

    Args:
        explanation: what is printed after the first signal.
        shared: the terminal sends Ctrl-C to both processes, so that this one does not forward it.
            Otherwise the child receives the first one, and no other before the third.
    """
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption  # Python handles signals in the main thread only
        return
    ended = threading.Event()

    def receive(number: int, *, forward: bool) -> None:
        # The next signal may interrupt this function anywhere.
        interruption.times += 1
        times = interruption.times
        if forward and times in (1, END_AT_ONCE):
            process.send_signal(number)
        if times == 1:
            _say(explanation)
            threading.Thread(target=_report, args=(ended,), daemon=True).start()
        elif forward and times < END_AT_ONCE:
            _say("Terraform is still saving. Once more ends it at once, without the state.")

    def interrupt(number: int, _frame: FrameType | None) -> None:
        receive(number, forward=not shared)

    def terminate(number: int, _frame: FrameType | None) -> None:
        receive(number, forward=True)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, interrupt),
        signal.SIGTERM: signal.signal(signal.SIGTERM, terminate),
    }
    try:
        yield interruption
    finally:
        ended.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def _report(ended: threading.Event) -> None:
    start = time.monotonic()
    while not ended.wait(REPORT_SECONDS):
        _say(f"Terraform still runs, {time.monotonic() - start:.0f} s after the interrupt.")


def _say(text: str) -> None:
    if text:
        print(text, file=sys.stderr, flush=True)
