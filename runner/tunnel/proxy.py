"""An HTTP proxy on this machine that leads to one address, through a function that connects.

With a proxy a client keeps the address of the API, and with it the name in its certificate. So
neither the generated providers nor a kubeconfig needs another host.

Source: https://www.rfc-editor.org/rfc/rfc9110#name-connect
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from runner.errors import RunnerError

_LINE: Final = 8192
_CHUNK: Final = 65536

Connect = Callable[[], socket.socket]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, target: str, connect: Connect) -> None:
        self.target, self.connect = target, connect
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(socketserver.StreamRequestHandler):
    rbufsize = 0
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        method, _, rest = self.rfile.readline(_LINE).decode("latin-1").partition(" ")
        while self.rfile.readline(_LINE).strip():
            pass
        target = rest.partition(" ")[0]
        if (method, target) != ("CONNECT", self.server.target):
            self._answer(403, f"This proxy leads to {self.server.target} only")
            return
        try:
            upstream = self.server.connect()
        except (RunnerError, BotoCoreError, ClientError) as error:
            self._answer(502, str(error).replace("\n", " "))
            return
        with upstream:
            self._answer(200, "Connection established")
            back = threading.Thread(target=_copy, args=(upstream, self.connection), daemon=True)
            back.start()
            _copy(self.connection, upstream)
            back.join()

    def _answer(self, status: int, reason: str) -> None:
        self.connection.sendall(f"HTTP/1.1 {status} {reason}\r\n\r\n".encode("latin-1", "replace"))


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_to_host(host: str, port: int, connect: Connect) -> Iterator[str]:
    """Serves a proxy as long as the body runs; gives its URL.

    Args:
        host: the only host that it leads to.
        port: the host's port.
        connect: opens a connection to it.
    """
    with _Server(f"{host}:{port}", connect) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
