"""A server that answers the queries of the reports as Prometheus does, with made-up metrics."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from modules.addons.reports.program.period import Period
from modules.addons.reports.program.queries import QUERIES
from tools.report_sample import answer

NAMES = {expr: name for name, expr in QUERIES.items()}


@dataclass
class StandIns:
    """Prometheus, Alertmanager, Grafana and the EKS Pod Identity Agent behind one address.

    Attributes:
        period: what the metrics are about.
        failing: names of queries that fail.
        empty: names of queries without series.
        alerts: what Alertmanager was posted.
        images: what Grafana answers to requests of pictures, with their status.
        rendered: paths of these requests.
        tokens: tokens that the agent and Grafana were shown.
        asked: start, end and step of each query by name.
    """

    period: Period
    address: str = ""
    failing: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    images: list[tuple[int, bytes]] = field(default_factory=list)
    rendered: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    alertmanager_fails: bool = False
    asked: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def response(self, path: str, body: bytes) -> tuple[int, Any]:
        """The status and the JSON of a request."""
        if path == "/api/v2/alerts":
            if self.alertmanager_fails:
                return 500, "internal error"
            self.alerts += json.loads(body)
            return 200, {}
        fields = {key: each for key, [each] in parse_qs(body.decode()).items()}
        name = NAMES[fields["query"]]
        self.asked[name] = (int(fields["start"]), int(fields["end"]), int(fields["step"]))
        if name in self.failing:
            error = "query processing would load too many samples into memory in query execution"
            return 422, {"status": "error", "errorType": "execution", "error": error}
        result = [] if name in self.empty else answer(name, self.period)
        return 200, {"status": "success", "data": {"resultType": "matrix", "result": result}}


@contextmanager
def stand_ins(period: Period) -> Iterator[StandIns]:
    """Serves them until the end of the block."""
    made = StandIns(period)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.respond(*made.response(self.path, body))

        def do_GET(self) -> None:
            made.tokens.append(self.headers["Authorization"])
            if self.path.startswith("/render/"):
                made.rendered.append(self.path)
                self.send(*made.images.pop(0))
                return
            role = {"AccessKeyId": "AKIA", "SecretAccessKey": "secret", "Token": "session"}
            self.respond(200, role)

        def respond(self, status: int, answered: Any) -> None:
            self.send(status, json.dumps(answered).encode())

        def send(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
