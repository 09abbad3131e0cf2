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
import tempfile
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import grpc
from tf.gen import tfplugin_pb2 as pb

from support.reattach import REATTACH, serving

PROJECT: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = ("backend", "modules", "stacks", "runner", "tests", "tools")

_SCHEMAS: Final = "/GetSchema"
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
    """Answers each method as the provider at the other end of a channel does."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel
        self._schemas: bytes | None = None

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """The handler of one call; only go-plugin's own channel of log lines is a stream."""
        method = handler_call_details.method
        if method.endswith("/StreamStdio"):
            return grpc.unary_stream_rpc_method_handler(_nothing)
        call = self._channel.unary_unary(method)
        if not method.endswith(_SCHEMAS):
            return grpc.unary_unary_rpc_method_handler(_forward(call))
        return grpc.unary_unary_rpc_method_handler(lambda request, _: self._answer(call, request))

    def _answer(self, call: Callable[[bytes], bytes], request: bytes) -> bytes:
        if self._schemas is None:
            self._schemas = shortened(call(request))
        return self._schemas


def _forward(call: Any) -> Callable[[bytes, grpc.ServicerContext], bytes]:
    def forward(request: bytes, context: grpc.ServicerContext) -> bytes:
        try:
            return call(request)
        except grpc.RpcError as error:
            context.abort(error.code(), str(error.details()))

    return forward


def _nothing(_: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
    del context
    return iter(())


def main(command: list[str]) -> None:
    """Serves until it is ended."""
    with serving(command, os.environ) as addresses, tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/p"
        ((source, address),) = addresses.items()
        channel = grpc.insecure_channel(f"unix://{address['Addr']['String']}", _LIMITS)
        server = grpc.server(ThreadPoolExecutor(12), [PassedOn(channel)], options=_LIMITS)
        server.add_insecure_port(f"unix://{socket}")
        server.start()
        own = address | {"Pid": os.getpid(), "Addr": {"Network": "unix", "String": socket}}
        print(f"{REATTACH}='{json.dumps({source: own})}'", flush=True)
        server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[1:])
