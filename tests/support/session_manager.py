"""The AWS CLI and its Session Manager plugin, which forward ports on this machine.

`aws ssm start-session` listens on the local port that it is asked for, as the plugin does, and
connects to the host by a table of ports. `aws eks get-token` prints a token.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import pytest

_AWS: Final = """\
#!{python}
import json, os, signal, socket, sys, threading
if sys.argv[1] == "--version":
    print("aws-cli/2.31.0 Python/3.13.7")
    sys.exit(0)
if sys.argv[1:3] == ["eks", "get-token"]:
    api, kind = "client.authentication.k8s.io/v1beta1", "ExecCredential"
    print(json.dumps({{"apiVersion": api, "kind": kind, "status": {{"token": "k8s-aws-v1.a"}}}}))
    sys.exit(0)
given = dict(zip(sys.argv[3::2], sys.argv[4::2]))
asked = json.loads(given["--parameters"])
with open({log!r}, "a") as log:
    log.write(json.dumps([os.getpid(), given["--target"], given["--document-name"], asked]) + "\\n")
if given["--target"] in {refused!r}:
    print("An error occurred (TargetNotConnected) when calling the StartSession operation: "
          + given["--target"] + " is not connected.", file=sys.stderr)
    sys.exit(254)
route = ("127.0.0.1", {routes!r}[asked["host"][0] + ":" + asked["portNumber"][0]])
signal.signal(signal.SIGINT, lambda *_: os._exit(0))
listener = socket.create_server(("localhost", int(asked["localPortNumber"][0])))
print("Port", asked["localPortNumber"][0], "opened for sessionId me-1.", flush=True)
def copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
while True:
    client, _ = listener.accept()
    server = socket.create_connection(route)
    for pair in ((client, server), (server, client)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
"""

_PLUGIN: Final = """\
#!/bin/sh
echo {version}
"""


class FakeSessionManager:
    """Programs named aws and session-manager-plugin, first on the PATH."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, routes: dict[str, int]
    ) -> None:
        """Makes them.

        Args:
            routes: local ports by host and port in the VPC.
        """
        self._routes = routes
        self._folder = folder / "session-manager"
        self._folder.mkdir()
        self._log = folder / "sessions"
        self._log.touch()
        monkeypatch.setenv("PATH", f"{self._folder}{os.pathsep}{os.environ['PATH']}")
        self.answers()

    def answers(self, *refused: str, version: str = "1.2.896.0") -> None:
        """Sets the version of the plugin, and nodes without a connection."""
        self._write(
            "aws",
            _AWS.format(
                python=sys.executable, log=str(self._log), refused=refused, routes=self._routes
            ),
        )
        self._write("session-manager-plugin", _PLUGIN.format(version=version))

    def _write(self, name: str, text: str) -> None:
        program = self._folder / name
        program.write_text(text)
        program.chmod(0o755)

    @property
    def sessions(self) -> list[dict[str, Any]]:
        """The sessions that were begun: process id, node, document and parameters."""
        fields = ("pid", "node", "document", "parameters")
        lines = self._log.read_text().splitlines()
        return [dict(zip(fields, json.loads(line), strict=True)) for line in lines]
