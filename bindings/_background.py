"""Imports packages in a thread, where jsii starts Node.js and has it read its packages."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

_SWITCH_INTERVAL_S = 0.0002
"""How long the thread may have to wait for Python when an answer of Node.js has arrived."""


@contextmanager
def importing(packages: tuple[str, ...]) -> Iterator[None]:
    """Imports packages while the body runs; waits for them at its end."""
    # Node.js starts after it. It is all Python, so that the body would only make it take longer.
    _import("jsii")
    # Not a daemon: when the body fails, Python waits for the thread before it stops Node.js.
    thread = Thread(target=_import, args=packages, name="bindings.loading")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        sys.setswitchinterval(interval)


def _import(*packages: str) -> None:
    with suppress(Exception):
        for package in packages:
            importlib.import_module(package)
