"""A registry of images on loopback, whose tags a test moves."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

INDEX: Final = "application/vnd.oci.image.index.v1+json"


@dataclass
class ImageRegistry:
    """Images by `path:tag`: the text of their manifests.

    Attributes:
        host: host and port.
        images: the manifests.
        announced: by `path:tag`, the digest that is announced instead of the right one.
    """

    host: str = ""
    images: dict[str, str] = field(default_factory=dict[str, str])
    announced: dict[str, str] = field(default_factory=dict[str, str])

    def digest(self, name: str) -> str:
        """The digest of an image."""
        return f"sha256:{sha256(self.images[name].encode()).hexdigest()}"


@contextmanager
def serving() -> Iterator[ImageRegistry]:
    """Serves manifests in /v2, to those with a token, which anyone gets."""
    registry = ImageRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/token"):
                return self.answer(json.dumps({"token": "anyone"}).encode())
            if self.headers.get("Authorization") != "Bearer anyone":
                realm = f'Bearer realm="http://{registry.host}/token",service="s",scope="p"'
                return self.answer(b"", 401, {"WWW-Authenticate": realm})
            name = self.path.removeprefix("/v2/").replace("/manifests/", ":")
            # A registry that is asked for one platform alone gives the digest of that.
            if name not in registry.images or INDEX not in self.headers["Accept"]:
                return self.answer(b"", 404)
            digest = registry.announced.get(name, registry.digest(name))
            headers = {"Docker-Content-Digest": digest, "Content-Type": INDEX}
            return self.answer(registry.images[name].encode(), 200, headers)

        def answer(
            self, body: bytes, status: int = 200, headers: dict[str, str] | None = None
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
        registry.host = f"127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield registry
        server.shutdown()
        thread.join()
