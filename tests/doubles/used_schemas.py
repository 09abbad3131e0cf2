"""The AWS provider, without the schemas of the resource types that this project does not use.

Every Terraform command reads the schemas of all 1,500 types, which takes most of its CPU time.
This program stands between Terraform and a provider process: it passes each message on as it is,
but for the answer with the schemas, which it reads once and shortens. Run as
`python used_schemas.py PROVIDER -debug`, it prints the address of its own as a provider does.

The protocol: https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.2.proto
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any, Final

import grpc
import msgpack
from tf.gen import tfplugin_pb2 as pb

from tools.standins.reattach import REATTACH, Addresses, serving

PROJECT: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = ("backend", "modules", "stacks", "runner", "tests", "tools")

_SCHEMAS: Final = "/GetSchema"
_CONFIGURE: Final = "/Configure"
_CALLS: Final = 24
"""At a time: more than the ten that each of two Terraform commands makes by default."""

_LIMITS: Final = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
_TYPES: Final = re.compile(r"\b(aws_[a-z0-9_]+)|provider_aws\.(?:data_aws_)?(\w+?)(?:_a)? import")


def used_types() -> set[str]:
    """Every resource type and data source that a source file of the project names or imports."""
    return {
        named or f"aws_{imported}"
        for folder in SOURCES
        for file in (PROJECT / folder).rglob("*.py")
        for named, imported in _TYPES.findall(file.read_text())
    }


def shortened(schemas: bytes) -> bytes:
    """The answer with the schemas, with those that are used."""
    # Version 6 of the protocol adds fields to version 5, so its classes read both.
    answer = pb.GetProviderSchema.Response.FromString(schemas)
    used = used_types()
    of_types: tuple[MutableMapping[str, Any], ...] = (
        answer.resource_schemas,
        answer.data_source_schemas,
    )
    for known in of_types:
        for name in known.keys() - used:
            del known[name]
    answer.functions.clear()
    return answer.SerializeToString()


class PassedOn(grpc.GenericRpcHandler):
    """Answers each method as the provider process of the caller's region does.

    A provider process has one configuration at a time. Terraform opens a connection for each
    provider block, so that the blocks of a stack may be in several regions.
    """

    def __init__(self, first: grpc.Channel, start: Callable[[], grpc.Channel]) -> None:
        self._first, self._start = first, start
        self._of_region: dict[str, grpc.Channel] = {}
        self._of_connection: dict[str, grpc.Channel] = {}
        self._lock = Lock()
        self._schemas: bytes | None = None

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """The handler of one call; only go-plugin's own channel of log lines is a stream."""
        method = handler_call_details.method
        if method.endswith("/StreamStdio"):
            return grpc.unary_stream_rpc_method_handler(_nothing)

        def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
            if method.endswith(_CONFIGURE):
                self._of_connection[context.peer()] = self._configured_for(_region(request))
            if not method.endswith(_SCHEMAS):
                channel = self._of_connection.get(context.peer(), self._first)
                return _forward(channel, method, request, context)
            if self._schemas is None:
                self._schemas = shortened(_forward(self._first, method, request, context))
            return self._schemas

        return grpc.unary_unary_rpc_method_handler(answer)

    def _configured_for(self, region: str) -> grpc.Channel:
        with self._lock:
            if region not in self._of_region:
                self._of_region[region] = self._start() if self._of_region else self._first
            return self._of_region[region]


def _region(request: bytes) -> str:
    configuration = pb.ConfigureProvider.Request.FromString(request).config.msgpack
    return msgpack.unpackb(configuration)["region"]


def _forward(
    channel: grpc.Channel, method: str, request: bytes, context: grpc.ServicerContext
) -> bytes:
    try:
        return channel.unary_unary(method)(request)
    except grpc.RpcError as error:
        context.abort(error.code(), str(error.details()))


def _nothing(_: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
    del context
    return iter(())


def _channel(addresses: Addresses) -> grpc.Channel:
    ((_, address),) = addresses.items()
    return grpc.insecure_channel(f"unix://{address['Addr']['String']}", _LIMITS)


def main(command: list[str]) -> None:
    """Serves until it is ended."""
    with ExitStack() as processes:

        def start() -> Addresses:
            return processes.enter_context(serving(command, os.environ))

        first = start()
        passed_on = PassedOn(_channel(first), lambda: _channel(start()))
        server = grpc.server(ThreadPoolExecutor(_CALLS), [passed_on], options=_LIMITS)
        # Not a socket of a file: only with TCP a connection has an address of its own.
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        address = {"Network": "tcp", "String": f"127.0.0.1:{port}"}
        own = {
            source: each | {"Pid": os.getpid(), "Addr": address} for source, each in first.items()
        }
        print(f"{REATTACH}='{json.dumps(own)}'", flush=True)
        server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[1:])
