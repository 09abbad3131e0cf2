"""Runs the emulator until Ctrl-C: `python -m tools.emulator`.

Prints the variables with which a shell uses it.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import threading
from typing import TYPE_CHECKING

from runner.errors import RunnerError
from tools.emulator import DEFAULT_ACCOUNT, LocalAws, start
from tools.emulator.environment import foreign_variables
from tools.emulator.process import EmulatorStartError
from tools.provider_mirror import mirror_environment

if TYPE_CHECKING:
    from collections.abc import Mapping


def main(arguments: list[str] | None = None) -> int:
    """Runs until SIGINT or SIGTERM; returns the exit code, 1 if it could not start."""
    parser = argparse.ArgumentParser(prog="python -m tools.emulator", description=__doc__)
    parser.add_argument("--account", default=DEFAULT_ACCOUNT, help="account id to emulate")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (0: a free one)")
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with start(options.account, options.port) as aws:
            sys.stdout.write(_greeting(aws, mirror_environment(os.environ)))
            sys.stdout.flush()
            stopped.wait()
    except (EmulatorStartError, RunnerError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("# The emulator has stopped. All of its resources are deleted.\n")
    return 0


def _greeting(aws: LocalAws, mirror: Mapping[str, str]) -> str:
    """Text that a shell can evaluate: everything but the variables is a comment."""
    variables = {**mirror, **aws.environment}
    foreign = [name for name in foreign_variables() if name not in variables]
    lines = [
        "# This is an emulation on your own machine, not AWS.",
        "# Its resources cost no money and are deleted when the emulator stops (Ctrl-C).",
        f"# Account {aws.account} at {aws.endpoint}. Paste these lines into another shell:",
        *([f"unset {' '.join(foreign)}"] if foreign else []),
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
