"""Signals while Terraform runs.

Terraform needs time after Ctrl-C: it finishes the call it is in, writes the state and releases
the lock. `subprocess.run` would kill it after a quarter of a second, which leaves a lock behind
and loses resources. So this process waits until Terraform is done, however long it takes.
"""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def left_to(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Leaves Ctrl-C and SIGTERM to a process, for as long as the context lasts.

    A terminal sends Ctrl-C to both processes, so there is nothing to do here; SIGTERM comes to
    this process alone and is passed on.

    Args:
        process: the running process.

    Yields:
        Nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python delivers signals to the main thread only
        return

    def ignore(_number: int, _frame: FrameType | None) -> None:
        return

    def forward(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, ignore),
        signal.SIGTERM: signal.signal(signal.SIGTERM, forward),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
