"""Sends requests to Node.js before the answers to the earlier ones have been read.

jsii waits for each answer, so that Python and Node.js take turns. Most answers contain nothing new:
a package is loaded, an override is set, an object is created, and the numbers of objects follow
each other. So Python goes on after such a request, and reads its answer before the next one that it
needs. Each answer is compared with what was expected.
"""

import importlib
import json
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

_LIMIT_BYTES: Final = 16_384
"""Requests that Node.js may not have read: what a pipe holds on every system. Beyond, Python could
wait until it can write, while Node.js waits until its answers are read."""

_FIRST_NUMBER: Final = 10_000
"""jsii's number of the first object."""

_WITHOUT_RESULT: Final = frozenset({"addDependency", "addOverride"})
"""Frequent methods of CDKTF that return nothing."""

_TYPE: Final = "TF_RESOURCE_TYPE"
"""A static property that the class of each resource has."""

_NOT_OF_THE_USER: Final = ("bindings", "cdktf", "cdktn", "constructs", "jsii")
"""Beginnings of the names of modules that pass on the requests of a user's program."""


def install() -> None:
    """Changes how jsii sends requests, once and before it has sent any."""
    process: Any = importlib.import_module("jsii._kernel.providers.process")
    types: Any = importlib.import_module("jsii._reference_map")
    traces: Any = importlib.import_module("jsii._stack_trace")
    node = process._NodeProcess
    if hasattr(node, "requests") or types._assembly_to_module or traces.is_enabled():
        return
    handshake, stop = node.handshake, node.stop

    def handshake_later(self: Any) -> None:
        node.requests = _Requests(process, self, lambda: handshake(self))

    def send(self: Any, request: Any, response_type: Any) -> Any:
        return self.requests.send(request, response_type)

    def stop_after_answers(self: Any) -> None:
        try:
            # A Node.js that has ended has no answers.
            with suppress(OSError, ValueError):
                if self.requests:
                    self.requests.read_answers()
        finally:
            _wait_for_end(self)
            stop(self)

    node.requests = None
    node.handshake, node.send, node.stop = handshake_later, send, stop_after_answers
    _load_classes_early(process, types)


def wait() -> None:
    """Reads the answers that have not been read, if Node.js was started."""
    process = sys.modules.get("jsii._kernel.providers.process")
    requests = getattr(getattr(process, "_NodeProcess", None), "requests", None)
    if requests:
        requests.read_answers()


def _wait_for_end(node: Any) -> None:
    """Tells Node.js to end, and waits until it has closed what it prints to.

    jsii asks at growing intervals whether it has ended, and so notices it up to 0.05 s later.
    """
    with suppress(AttributeError, OSError, ValueError):  # it was not started, or has ended
        node._process.stdin.write(b'{"exit":0}\n')
        node._process.stdin.close()
        node.sink_thread.join(timeout=5)


def _load_classes_early(process: Any, types: Any) -> None:
    """Has Node.js load the file of a resource as soon as Python has imported its module.

    Otherwise Node.js does so when the first such resource is created, and Python has to wait.
    """
    kernel: Any = importlib.import_module("jsii").kernel
    register = types.register_type

    def register_type(class_: Any) -> None:
        register(class_)
        if _TYPE in vars(class_):
            request = process.StaticGetRequest(class_.__jsii_type__, "tfResourceType")
            kernel.provider._process.requests.send_ahead(request)

    types.register_type = register_type


class _Requests:
    """The requests to one Node.js process, and those whose answers have not been read."""

    def __init__(self, process: Any, node: Any, handshake: Callable[[], None]) -> None:
        self._jsii = process
        self._node = node
        self._unread: deque[Callable[[], None]] = deque([handshake])
        self._unread_bytes = 0
        self._next_number = _FIRST_NUMBER
        # From then on an answer may be a call of a Python method, which must be made at once.
        self._calls_python = False

    def send(self, request: Any, response_type: Any) -> Any:
        """Does what jsii's own method does, but waits only for answers that are needed."""
        jsii, creates = self._jsii, isinstance(request, self._jsii.CreateRequest)
        if creates and (request.overrides or request.fqn == "Object"):
            self._calls_python = True
        if not self._calls_python:
            if creates:
                return self._create(request)
            if isinstance(request, jsii.LoadRequest | jsii.SetRequest) or (
                isinstance(request, jsii.InvokeRequest) and request.method in _WITHOUT_RESULT
            ):
                self.send_ahead(request)
                return jsii.InvokeResponse()
        self._write(request)
        self.read_answers()
        return self._response(response_type)

    def send_ahead(self, request: Any) -> None:
        """Sends a request of whose answer only an error is of interest."""
        self._write(request)
        self._node._process.stdin.flush()
        self._expect(lambda _: None)

    def read_answers(self) -> None:
        """Reads all answers that have not been read, and raises the first error among them.

        The others follow from it: what was not created cannot be used.
        """
        self._node._process.stdin.flush()
        first: Exception | None = None
        while self._unread:
            try:
                self._unread.popleft()()
            except (self._jsii.JSIIError, RuntimeError) as error:
                first = first or error
        self._unread_bytes = 0
        if first:
            raise first

    def _create(self, request: Any) -> Any:
        self._write(request)
        reference = f"{request.fqn}@{self._next_number}"
        self._next_number += 1

        def compare(created: Any) -> None:
            if created.ref != reference:
                raise self._jsii.JSIIError(f"Node.js created {created.ref}, not {reference}")

        self._expect(compare)
        return self._jsii.CreateResponse(reference)

    def _expect(self, check: Callable[[Any], None]) -> None:
        file, line = _place()

        def read() -> None:
            try:
                check(self._answer())
            except (self._jsii.JSIIError, RuntimeError) as error:
                error.add_note(f"It is the answer to a request of line {line} of {file}.")
                raise

        self._unread.append(read)

    def _write(self, request: Any) -> None:
        jsii, node = self._jsii, self._node
        message = json.dumps(node._serializer.unstructure(request), default=jsii.jdefault)
        data = message.encode() + b"\n"
        if self._unread and self._unread_bytes + len(data) > _LIMIT_BYTES:
            self.read_answers()
        self._unread_bytes += len(data)
        node._process.stdin.write(data)

    def _response(self, response_type: Any) -> Any:
        self._unread_bytes = 0
        jsii, answer = self._jsii, self._answer()
        if isinstance(answer, jsii.Callback):
            return answer
        if response_type is jsii.GetResponse:
            return response_type(answer.get("value"))
        if response_type is jsii.InvokeResponse:
            return response_type(answer.get("result"))
        return self._node._serializer.structure(answer, response_type)

    def _answer(self) -> Any:
        jsii, structure = self._jsii, self._node._serializer.structure
        answer = json.loads(self._node._process.stdout.readline(), object_hook=self._object)
        if "ok" in answer:
            return answer["ok"]
        if "callback" in answer:
            return structure(answer["callback"], jsii.Callback)
        problem = structure(answer, jsii._ErrorResponse)
        fault = problem.name == jsii.ErrorType.JSII_FAULT.value
        error_type = jsii.JSIIError if fault else RuntimeError
        raise error_type(problem.error) from jsii.JavaScriptError(problem.stack)

    def _object(self, content: dict[str, Any]) -> Any:
        """An object of an answer, with its number counted: reading a property may create one."""
        if "$jsii.byref" in content:
            number = int(content["$jsii.byref"].rpartition("@")[2])
            self._next_number = max(self._next_number, number + 1)
        return self._jsii.ohook(content)


def _place() -> tuple[str, int]:
    """File and line of the user's program that is making a request."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_globals["__name__"].startswith(_NOT_OF_THE_USER):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
