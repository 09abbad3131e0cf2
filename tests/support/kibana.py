"""A stand-in for the part of Kibana's HTTP API that imports saved objects.

https://www.elastic.co/docs/api/doc/kibana/operation/operation-post-saved-objects-import
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

IMPORT: Final = "/api/saved_objects/_import?overwrite=true"

Key = tuple[str, str]
"""Type and id."""


@dataclass
class Kibana:
    """What it has.

    Attributes:
        user: name and password.
        writes: the types that the user may write.
        starting: how many times it answers that it still starts.
        objects: its saved objects.
        imports: how many imports it has accepted.
    """

    user: tuple[str, str]
    writes: frozenset[str]
    starting: int = 0
    objects: dict[Key, Any] = field(default_factory=dict[Key, Any])
    imports: int = 0
    url: str = ""

    def status(self) -> int:
        """The answer to /api/status."""
        self.starting -= 1
        return 503 if self.starting >= 0 else 200

    def load(self, text: str) -> tuple[int, dict[str, Any]]:
        """Imports objects and overwrites those with the same type and id."""
        made = {(each["type"], each["id"]): each for each in map(json.loads, text.splitlines())}
        if {kind for kind, _ in made} - self.writes:
            return 403, {"message": "Unable to bulk_create"}
        known = self.objects.keys() | made.keys()
        errors = [
            {"id": each["id"], "type": each["type"], "error": {"type": "missing_references"}}
            for each in made.values()
            if {(ref["type"], ref["id"]) for ref in each["references"]} - known
        ]
        if not errors:
            self.objects |= made
            self.imports += 1
        return 200, {"successCount": len(made) - len(errors), "success": not errors}


@contextmanager
def serving(kibana: Kibana) -> Iterator[Kibana]:
    """Serves it on a free port of this machine."""

    class Handler(_Handler):
        of: Kibana = kibana

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kibana.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kibana
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    of: Kibana

    def do_GET(self) -> None:
        """The status."""
        if self.path != "/api/status":
            self._answer(404, {})
        elif not self._known():
            self._answer(401, {})
        else:
            self._answer(self.of.status(), {})

    def do_POST(self) -> None:
        """An import."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != IMPORT:
            self._answer(404, {})
        elif not self._known():
            self._answer(401, {})
        elif not self.headers.get("kbn-xsrf"):
            self._answer(400, {"message": "Request must contain a kbn-xsrf header."})
        else:
            self._import(body)

    def _import(self, body: bytes) -> None:
        head = f"Content-Type: {self.headers['Content-Type']}\n\n".encode()
        form = message_from_bytes(head + body, EmailMessage, policy=policy.default)
        [part] = form.iter_parts()
        file, name = part.get_payload(decode=True), part.get_filename() or ""
        assert isinstance(file, bytes)
        if part.get_param("name", header="content-disposition") != "file":
            self._answer(400, {"message": "[request body.file]: expected value"})
        elif not name.endswith(".ndjson"):
            self._answer(400, {"message": f"Invalid file extension of {name}"})
        else:
            self._answer(*self.of.load(file.decode()))

    def _known(self) -> bool:
        expected = b64encode(":".join(self.of.user).encode()).decode()
        return self.headers.get("Authorization") == f"Basic {expected}"

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        text = json.dumps(body, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- its name there
        """Nothing."""
