"""Port forwarding with Session Manager, a process of the AWS CLI.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html
"""

import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from runner.errors import RunnerError

DOCUMENT: Final = "AWS-StartPortForwardingSessionToRemoteHost"
API_PORT: Final = 443

_START_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.1
_END_SECONDS: Final = 5.0


class TunnelError(RunnerError):
    """A session did not begin."""


class Session:
    """One session: connections to a local port end at a host in the VPC."""

    def __init__(self, node: str, host: str, region: str) -> None:
        """Starts the process; `connect` waits for it."""
        self.node = node
        self._port = _free_port()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - until the end
        parameters = {
            "host": [host],
            "portNumber": [str(API_PORT)],
            "localPortNumber": [str(self._port)],
        }
        self._process = subprocess.Popen(
            [
                *("aws", "ssm", "start-session", "--region", region, "--target", node),
                *("--document-name", DOCUMENT, "--parameters", json.dumps(parameters)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            # Ctrl-C ends this process, which ends the session after the last connection.
            process_group=0,
        )

    @property
    def has_ended(self) -> bool:
        """Whether it ended: after 20 minutes without traffic, by default, or with its node."""
        return self._process.poll() is not None

    def connect(self) -> socket.socket:
        """Opens a connection, as soon as the session accepts one.

        Raises:
            TunnelError: the session ended before, or accepts none.
        """
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            try:
                return socket.create_connection(("localhost", self._port))
            except OSError:
                if self.has_ended:
                    text = f"The session to {self.node} ended: {self.printed}"
                    raise TunnelError(text) from None
                time.sleep(_POLL_SECONDS)
        raise TunnelError(
            f"The session to {self.node} accepted no connection within {_START_SECONDS:g} s: "
            f"{self.printed}"
        )

    @property
    def printed(self) -> str:
        """What the AWS CLI and the plugin printed, on one line."""
        self._output.seek(0)
        words = self._output.read().decode(errors="replace").split()
        return " ".join(words) or "it printed nothing"

    def end(self) -> None:
        """Ends the session, which the plugin tells Systems Manager."""
        for number in (signal.SIGINT, signal.SIGKILL):
            if not self.has_ended:
                os.killpg(self._process.pid, number)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(_END_SECONDS)
        self._output.close()


class Forwarding:
    """Connections to the API; the next one begins a new session if the last one has ended."""

    def __init__(self, begin: Callable[[], Session]) -> None:
        self._begin = begin
        self._session: Session | None = None
        self._lock = threading.Lock()

    def connect(self) -> socket.socket:
        """Opens a connection.

        Raises:
            RunnerError: there is no node for a session, or it did not begin.
            ClientError: AWS rejected a call.
        """
        with self._lock:
            if self._session is not None and self._session.has_ended:
                self._session.end()
                self._session = None
            if self._session is None:
                self._session = self._begin()
            session = self._session
        return session.connect()

    @property
    def printed(self) -> str:
        """What the session printed."""
        return self._session.printed if self._session else ""

    def end(self) -> None:
        """Ends the session."""
        with self._lock:
            if self._session is not None:
                self._session.end()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
