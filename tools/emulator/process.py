"""The child process that runs the server: its start, its port, and its certain end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from tools.emulator.environment import LOOPBACK, foreign_variables

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0


class EmulatorStartError(RuntimeError):
    """The server did not come up; the message carries what it printed."""


class ServerProcess:
    """A running server.

    The child reads its standard input and exits at end of file, so it cannot outlive this process
    however this process ends: the operating system closes the pipe. It ignores Ctrl-C, because a
    terminal sends that to the whole process group while the parent may still need the server for
    its own cleaning up.

    Raises:
        EmulatorStartError: The port is taken, or the child ended before it listened.
    """

    def __init__(self, account: str, port: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.emulator.server", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_child_environment(account),
            text=True,
        )
        try:
            self.port = self._read_port()
        except BaseException:
            self.stop()
            raise

    @property
    def endpoint(self) -> str:
        """The address of the server."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    def stop(self) -> None:
        """Ends the child and waits until it is gone. Calling it again does nothing."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _read_port(self) -> int:
        # The child binds the socket itself and tells the number, so no other process can take the
        # port in between. The timer turns a child that hangs into end of file on its output.
        timer = threading.Timer(_START_SECONDS, self._process.kill)
        timer.start()
        try:
            line = _pipe(self._process.stdout).readline()
        finally:
            timer.cancel()
            timer.join()
        if not line:
            self._process.wait()
            reason = _pipe(self._process.stderr).read().strip()
            raise EmulatorStartError(f"The emulator did not start: {reason or 'no answer in time'}")
        return int(json.loads(line)["port"])


def _child_environment(account: str) -> dict[str, str]:
    foreign = set(foreign_variables())
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    search_path = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {
        "PYTHONPATH": os.pathsep.join(search_path),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "MOTO_ACCOUNT_ID": account,
        # Roles attach AWS managed policies by ARN, which moto knows only when told to load them.
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "MOTO_ACM_VALIDATION_WAIT": "0",
        # No test looks up an image, and 1,300 of them make each new region slow.
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise EmulatorStartError("The emulator was started without pipes")
    return stream
