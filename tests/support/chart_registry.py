"""A chart repository and an OCI registry on loopback, with versions that a test gives."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import yaml

from runner.charts.repository import CHART

DAY: Final = "2026-11-01T08:00:00Z"
"""The day on which every version was published."""

Versions = Mapping[str, str | None]
"""Versions of one chart, with the Kubernetes range that each declares."""


@contextmanager
def serving(charts: Mapping[str, Versions], oci: Mapping[str, Versions]) -> Iterator[str]:
    """Serves charts in /charts/index.yaml, and tags in /v2; gives host and port.

    The registry wants a token, which it gives to anyone, and has two tags on a page.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if url.path == "/charts/index.yaml":
                self.answer(yaml.safe_dump({"entries": _entries(charts)}).encode())
            elif url.path == "/token":
                self.answer(json.dumps({"token": "anyone"}).encode())
            elif self.headers.get("Authorization") != "Bearer anyone":
                realm = f'Bearer realm="http://{self.headers["Host"]}/token",service="s",scope="p"'
                self.answer(b"", 401, {"WWW-Authenticate": realm})
            else:
                self.registry(url.path.removeprefix("/v2/"), parse_qs(url.query))

        def registry(self, path: str, query: Mapping[str, list[str]]) -> None:
            for name, versions in oci.items():
                rest = path.removeprefix(f"{name}/")
                if rest == "tags/list":
                    first = int(query.get("from", ["0"])[0])
                    link = f'</v2/{path}?from={first + 2}>; rel="next"'
                    more = {"Link": link} if first + 2 < len(versions) else {}
                    tags = list(versions)[first : first + 2]
                    return self.answer(json.dumps({"name": name, "tags": tags}).encode(), 200, more)
                kind, _, version = rest.partition("/")
                if kind == "manifests" and version in versions:
                    created = {"org.opencontainers.image.created": DAY}
                    config = {"digest": f"sha256-{version}"}
                    chart = name.rpartition("/")[2]
                    digest = f"sha256:{digest_of(chart, version)}"
                    manifest = {
                        "annotations": created,
                        "config": config,
                        "layers": [{"mediaType": CHART, "digest": digest}],
                    }
                    return self.answer(json.dumps(manifest).encode())
                if kind == "blobs":
                    found = versions[version.removeprefix("sha256-")]
                    return self.answer(json.dumps({"kubeVersion": found}).encode())
            return self.answer(b"", 404)

        def answer(
            self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keeps the terminal clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def digest_of(name: str, version: str) -> str:
    """The digest that the repository announces for a version."""
    return hashlib.sha256(f"{name} {version}".encode()).hexdigest()


def _entries(charts: Mapping[str, Versions]) -> dict[str, list[dict[str, str]]]:
    return {
        name: [
            {
                "version": version,
                "created": DAY,
                "digest": digest_of(name, version),
                **({"kubeVersion": kubernetes} if kubernetes else {}),
            }
            for version, kubernetes in versions.items()
        ]
        for name, versions in charts.items()
    }
