"""Answers admission webhooks in the place of pods that do not run.

The API server calls a webhook by the address of its Service, where nothing listens when pods are
simulated. Here each webhook is pointed to a server on this machine. That allows every request
while the Service has a ready pod, and refuses to answer while it has none, so `failurePolicy` and
the order of releases matter as they do on EKS.
"""

import base64
import contextlib
import datetime
import http.server
import ipaddress
import json
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.kubernetes.client import Client, KubernetesError
from tools.kubernetes.cluster import Cluster

GROUP: Final = "admissionregistration.k8s.io/v1"
KINDS: Final = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
LOOPBACK: Final = "127.0.0.1"

_POLL_SECONDS: Final = 0.2


class Webhooks:
    """Runs in threads of its own while the context lasts."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._client, self._ends = cluster.client(), threading.Event()
        self._server = _Server(cluster.client())
        self._bundle = _certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "webhooks.crt", folder / "webhooks.key")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._threads = [
            threading.Thread(target=self._server.serve_forever, name="webhooks", daemon=True),
            threading.Thread(target=self._run, name="webhook addresses", daemon=True),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._ends.wait(_POLL_SECONDS):
            # A configuration may change or vanish while it is read: the next round sees it.
            with contextlib.suppress(KubernetesError, OSError):
                for kind in KINDS:
                    for each in self._client.objects(GROUP, kind):
                        self._redirect({"apiVersion": GROUP, "kind": kind, **each})

    def _redirect(self, configuration: dict[str, Any]) -> None:
        webhooks = configuration.get("webhooks") or []
        if not any("service" in each["clientConfig"] for each in webhooks):
            return
        metadata = configuration["metadata"]
        self._client.patch(
            configuration,
            {
                "metadata": {"resourceVersion": metadata["resourceVersion"]},
                "webhooks": [self._redirected(each) for each in webhooks],
            },
        )

    def _redirected(self, webhook: dict[str, Any]) -> dict[str, Any]:
        service = webhook["clientConfig"].get("service")
        if service is None:
            return webhook
        url = f"https://{LOOPBACK}:{self._server.server_port}"
        path = f"{service['namespace']}/{service['name']}"
        return {**webhook, "clientConfig": {"url": f"{url}/{path}", "caBundle": self._bundle}}


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, client: Client) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self._client, self._lock = client, threading.Lock()

    def has_ready_pod(self, namespace: str, service: str) -> bool:
        """Whether a Service leads to a pod that is ready."""
        selector = f"kubernetes.io/service-name={service}"
        with self._lock:
            slices = self._client.objects(
                "discovery.k8s.io/v1", "EndpointSlice", namespace, labelSelector=selector
            )
        return any(
            endpoint["conditions"].get("ready")
            for each in slices
            for endpoint in each.get("endpoints") or ()
        )


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        namespace, service = self.path.partition("?")[0].strip("/").split("/")
        if not self.server.has_ready_pod(namespace, service):
            self.send_error(503, f"no pod of Service {namespace}/{service} is ready")
            return
        review = json.loads(content)
        answer = {"uid": review["request"]["uid"], "allowed": True}
        text = json.dumps(
            {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": answer}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keeps requests out of the tests' output."""


def _certificate(folder: Path) -> str:
    """Writes a certificate for this machine and its key; the certificate as `caBundle` has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "webhooks of simulated pods")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    (folder / "webhooks.crt").write_bytes(certificate)
    file = folder / "webhooks.key"
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return base64.b64encode(certificate).decode()
