"""Answers the API server in the place of pods that do not run.

The API server looks up a ready pod of the Service that a webhook names, and connects to its
address. With simulated pods nothing listens there. So its connections into the cluster are led to
this server, which allows every request. Whether a pod is ready the API server still decides by
itself, from the Service's EndpointSlices, as on EKS: while none is, `failurePolicy` matters, and
with it the order of releases.
"""

import base64
import http.server
import json
import socketserver
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import yaml

from tools.kubernetes.certificates import Authority

CONFIGURATION: Final = "EgressSelectorConfiguration"
"""https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/"""

REVIEW: Final = "AdmissionReview"


class Pods:
    """Runs in a thread of its own while the context lasts.

    Attributes:
        ca_bundle: the certificates that sign those of all Services, as `caBundle` has them.
        egress: the file that tells an API server to connect to this server.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the server, whose files are in a folder."""
        authority = Authority("pods of simulated nodes", folder)
        self.ca_bundle = base64.b64encode(authority.certificate).decode()
        self.egress = folder / "egress.yaml"
        socket = folder / "pods.sock"
        self.egress.write_text(yaml.safe_dump(_egress(socket)))
        self._server = _Server(str(socket), _Handler)
        self._server.tls = _tls(authority)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name=type(self).__name__, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _egress(socket: Path) -> dict[str, Any]:
    transport = {"uds": {"udsName": str(socket)}}
    connection = {"proxyProtocol": "HTTPConnect", "transport": transport}
    return {
        "apiVersion": "apiserver.k8s.io/v1beta1",
        "kind": CONFIGURATION,
        "egressSelections": [{"name": "cluster", "connection": connection}],
    }


def _tls(authority: Authority) -> ssl.SSLContext:
    """Shows each client the certificate of the Service that it asks for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: Any) -> None:
        connection.context = authority.context(name or "localhost")

    context.sni_callback = choose
    return context


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128
    tls: ssl.SSLContext

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keeps connections that the API server gives up out of the tests' output."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]
    error_message_format = "%(message)s\n"
    error_content_type = "text/plain"

    def do_GET(self) -> None:
        self.send_error(501, "pods are simulated here: none runs, and none has logs")

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if review.get("kind") != REVIEW:
            self.send_error(501, f"no pod runs here that could answer a {review.get('kind')}")
            return
        answer = {"uid": review["request"]["uid"], "allowed": True}
        text = json.dumps(
            {"apiVersion": review["apiVersion"], "kind": REVIEW, "response": answer}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keeps requests out of the tests' output."""
