"""The child process: moto behind one WSGI application, on a free loopback port.

Run as ``python -m tools.emulator.server PORT``; only `tools.emulator.process` does that.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from tools.emulator import eks, gaps
from tools.emulator.application import Application
from tools.emulator.environment import LOOPBACK


def main(port: int) -> None:
    """Serves until the parent closes standard input or ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    gaps.install()
    eks.install()
    server = make_server(
        LOOPBACK, port, Application(), threaded=True, request_handler=MotoRequestHandler
    )
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    sys.stdout.write(json.dumps({"port": server.server_port}) + "\n")
    sys.stdout.flush()
    _silence()
    server.serve_forever()


def _exit_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _silence() -> None:
    """The pipes are not read from here on, and a full pipe would block a request."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(null, stream.fileno())
    os.close(null)


if __name__ == "__main__":
    main(int(sys.argv[1]))
