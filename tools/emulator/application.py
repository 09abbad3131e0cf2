"""The WSGI application: moto's own dispatcher, one request at a time, plus the control routes."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from tools.emulator import calls, failures, faults, repeated, requests
from tools.emulator.gaps.ec2 import fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CONTROL_PREFIX = "/_emulator/"
_XML = [("Content-Type", "application/xml")]
# moto waits inside the request for a message to come, up to 20 seconds.
_LONG_POLL = "AmazonSQS.ReceiveMessage"


class Application:
    """Serves AWS requests and, under ``/_emulator/``, the emulator's own controls.

    moto's backends are plain dictionaries without locks. With ten requests at a time from each
    Terraform process, one iterates over what another changes ("dictionary changed size"), moto
    answers 500 and the SDK repeats the call; where the work had been done before the error, the
    repeated call is refused as a duplicate. One lock around the application ends that, and costs
    nothing: the interpreter runs one request at a time anyhow.
    """

    def __init__(self) -> None:
        self._dispatcher = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answers one request, as WSGI wants it."""
        if environ["PATH_INFO"].startswith(CONTROL_PREFIX):
            return self._control(environ, start_response)
        if environ.get("HTTP_X_AMZ_TARGET") == _LONG_POLL:
            return self._serve(environ, start_response)
        with self._lock:
            return self._serve(environ, start_response)

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Turns what moto leaves to Flask (no such route, an error) into one plain refusal."""
        if earlier := repeated.answer(environ):
            start_response(*earlier[0])
            return earlier[1]
        head: list[Any] = []
        error = None
        body: Any = ()
        try:
            body = self._dispatcher(environ, lambda *given: head.extend(given))
        except Exception as raised:
            error = raised
        if error is None and not _is_flask_page(head):
            start_response(*head)
            body = list(body)
            repeated.keep(environ, head, body)
            return body
        request_line = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        message = escape(failures.record("aws", request_line, error))
        start_response(f"{failures.UNSUPPORTED_STATUS} Not Implemented", _XML)
        code = failures.UNSUPPORTED_CODE
        return [f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()]

    def _control(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        route = (environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(CONTROL_PREFIX))
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = json.loads(environ["wsgi.input"].read(length) or b"null")
        handler = _CONTROLS.get(route)
        if handler is None:
            start_response("404 NOT FOUND", [("Content-Type", "application/json")])
            return [b"null"]
        with self._lock:
            answer = handler(body)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


def _is_flask_page(head: list[Any]) -> bool:
    """Whether Flask found no route, which moto never says without a request id."""
    status, headers = head[:2]
    identified = any(name.lower().startswith("x-amz") for name, _ in headers)
    return status[:3] in {"404", "405"} and not identified


def _reset(_: Any) -> None:
    moto_api_backend.reset()
    faults.clear()
    failures.clear()
    calls.clear()
    repeated.clear()


_CONTROLS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("POST", "reset"): _reset,
    ("GET", "fresh"): lambda _: fresh.resource_ids(),
    ("GET", "calls"): lambda _: calls.recorded(),
    ("GET", "failures"): lambda _: failures.recorded(),
    ("POST", "requests"): lambda _: requests.start(),
    ("DELETE", "requests"): lambda _: requests.stop(),
    ("GET", "faults"): lambda _: faults.pending(),
    ("POST", "faults"): lambda body: faults.add(faults.Fault(**body)),
    ("DELETE", "faults"): lambda _: faults.clear(),
}
