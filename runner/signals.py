"""Handles signals while Terraform runs.

After Ctrl-C Terraform finishes its current call, writes the state and releases the lock.
`subprocess.run` would kill it after a quarter of a second, which leaves the lock and loses
resources. So this process waits until Terraform has ended.
"""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def forward_signals(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Lets a child process handle Ctrl-C and SIGTERM.

    The terminal sends Ctrl-C to both processes, so this one ignores it; SIGTERM reaches this
    process only, so it is forwarded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python handles signals in the main thread only
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
