"""A small Kubernetes API over HTTP: objects, finalizers, label selectors, merge patches.

What it answers is what tests/kubernetes/test_destroy.py sees of a real API server.
"""

import copy
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from runner.kubernetes import kinds
from runner.kubernetes.access import ApiAccess
from runner.kubernetes.kinds import Kind

Manifest = dict[str, Any]

BUILT_IN = {"", "apps", "networking.k8s.io", "apiextensions.k8s.io"}


class FakeKubernetes:
    """The objects of one cluster.

    Attributes:
        groups: API groups whose kinds exist.
        controllers: are called before each list, with this.
        requests: method and path of each change.
    """

    def __init__(self, address: str) -> None:
        self.access = ApiAccess("dev", address, "")
        self.groups = set(BUILT_IN)
        self.controllers: list[Callable[[FakeKubernetes], None]] = []
        self.requests: list[str] = []
        self.objects: dict[str, Manifest] = {}
        self.lock = threading.RLock()

    def add(
        self,
        kind: Kind,
        name: str,
        namespace: str = "",
        *,
        finalizers: tuple[str, ...] = (),
        labels: dict[str, str] | None = None,
        **fields: Any,
    ) -> str:
        """Adds an object; gives its path."""
        metadata: Manifest = {"name": name, "labels": labels or {}, "finalizers": [*finalizers]}
        if namespace:
            metadata["namespace"] = namespace
        path = kind.path(namespace, name)
        self.groups.add(kind.group)
        self.objects[path] = {"metadata": metadata, **fields}
        return path

    def run(self, name: str, replicas: int = 1, namespace: str = "kube-system") -> None:
        """Adds a controller's Deployment."""
        labels = {"app.kubernetes.io/name": name}
        self.add(
            kinds.DEPLOYMENT, name, namespace, labels=labels, status={"readyReplicas": replicas}
        )

    def names(self, kind: Kind) -> list[str]:
        """The objects of a kind that still exist."""
        return sorted(each["metadata"]["name"] for each in self.of(kind))

    def of(self, kind: Kind) -> list[Manifest]:
        """The objects of a kind."""
        root = kind.path()
        base, _, plural = root.rpartition("/")
        return [
            found
            for path, found in list(self.objects.items())
            if path.startswith(base) and path.split("/")[-2] == plural
        ]

    def delete(self, path: str) -> None:
        """Marks an object as being deleted, which ends it without finalizers."""
        found = self.objects.get(path)
        if found is not None:
            found["metadata"].setdefault("deletionTimestamp", "2026-01-01T00:00:00Z")
            self.settle(path)

    def settle(self, path: str) -> None:
        """Ends an object that is being deleted and has no finalizers."""
        metadata = self.objects[path]["metadata"]
        if "deletionTimestamp" in metadata and not metadata.get("finalizers"):
            del self.objects[path]

    def finish(self, kind: Kind) -> None:
        """Does what a controller does with its objects that are being deleted."""
        for path, found in list(self.objects.items()):
            if found in self.of(kind) and "deletionTimestamp" in found["metadata"]:
                found["metadata"]["finalizers"] = []
                self.settle(path)

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """Status and content of the answer to a request."""
        url = urlsplit(target)
        path = url.path
        if path == "/version":
            return 200, {"gitVersion": "v1.36.0"}
        if method != "GET":
            self.requests.append(f"{method} {path}")
        if method == "GET":
            return self._list(path, parse_qs(url.query).get("labelSelector", [""])[0])
        if path not in self.objects:
            return 404, {"message": "not found"}
        if method == "DELETE":
            self.delete(path)
        else:
            _merge(self.objects[path], body)
            self.settle(path)
        return 200, {}

    def _list(self, path: str, selector: str) -> tuple[int, Any]:
        for controller in self.controllers:
            controller(self)
        group = path.split("/")[2] if path.startswith("/apis/") else ""
        if group not in self.groups:
            return 404, {"message": "the server could not find the requested resource"}
        base, _, plural = path.rpartition("/")
        items = [
            copy.deepcopy(found)
            for where, found in self.objects.items()
            if where.startswith(base)
            and where.split("/")[-2] == plural
            and _matches(found["metadata"]["labels"], selector)
        ]
        return 200, {"items": items}


def _matches(labels: dict[str, str], selector: str) -> bool:
    for part in [part for part in selector.replace(", ", ",").split(",") if "=" in part]:
        key, _, value = part.partition("=")
        if labels.get(key) != value:
            return False
    if " in (" in selector:
        key = selector.split(" in (", maxsplit=1)[0].rsplit(",", maxsplit=1)[-1]
        return labels.get(key) in selector.split(" in (")[1].rstrip(")").split(",")
    if selector and "=" not in selector:
        return selector in labels
    return True


def _merge(into: Manifest, change: Manifest) -> None:
    for key, value in change.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif value is None:
            into.pop(key, None)
        else:
            into[key] = value


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[FakeKubernetes]:
    """Serves an empty API on a loopback address."""

    class Handler(BaseHTTPRequestHandler):
        api: ClassVar[FakeKubernetes]

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            with self.api.lock:
                status, content = self.api.answer(self.command, self.path, body)
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_DELETE = do_PATCH = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Handler.api = FakeKubernetes(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(
        target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.02}
    )
    thread.start()
    try:
        yield Handler.api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
