"""Imports packages in a thread, in which jsii starts Node.js and loads the packages."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

_SWITCH_INTERVAL_S = 0.0002
"""How long the thread can wait for the interpreter when a response of Node.js has arrived."""


@contextmanager
def importing(packages: tuple[str, ...]) -> Iterator[None]:
    """Imports packages while the body runs; waits for them at its end."""
    # It is pure Python and starts no Node.js, so that running it in parallel would gain nothing.
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
