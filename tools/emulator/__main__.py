"""``python -m tools.emulator``: the emulator in a terminal of its own."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading

from tools.emulator import DEFAULT_ACCOUNT, LocalAws, start
from tools.emulator.environment import foreign_variables
from tools.emulator.process import EmulatorStartError


def main(arguments: list[str] | None = None) -> int:
    """Runs the emulator until Ctrl-C, or until it is told to end.

    Returns:
        The exit code: 0 after a stop that was asked for, 1 if it could not start.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.emulator", description=__doc__)
    parser.add_argument("--account", default=DEFAULT_ACCOUNT, help="account id to emulate")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (0: a free one)")
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with start(options.account, options.port) as aws:
            sys.stdout.write(_greeting(aws))
            sys.stdout.flush()
            stopped.wait()
    except (EmulatorStartError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("# The emulator has stopped; what was made in it is gone.\n")
    return 0


def _greeting(aws: LocalAws) -> str:
    """Text that a shell can also evaluate: everything but the settings is a comment."""
    foreign = [name for name in foreign_variables() if name not in aws.environment]
    lines = [
        "# This is an emulation on your own machine, not AWS.",
        "# Nothing made here costs money, and all of it vanishes when the emulator stops (Ctrl-C).",
        f"# Account {aws.account} at {aws.endpoint}. Paste these lines into another shell:",
        *([f"unset {' '.join(foreign)}"] if foreign else []),
        *(f"export {name}={shlex.quote(value)}" for name, value in aws.environment.items()),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
