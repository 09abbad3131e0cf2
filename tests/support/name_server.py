"""A name server on this machine that answers from a table."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread

from dns import flags, message, rcode, rdatatype, rrset

from runner.check.dns import Resolver

Table = Mapping[tuple[str, str], Sequence[str]]
"""Records as text, by name and type."""


@contextmanager
def name_server(table: Table) -> Iterator[Resolver]:
    """Runs the server; names that the table does not have do not exist."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.bind(("127.0.0.1", 0))
        thread = Thread(target=_serve, args=(connection, table), daemon=True)
        thread.start()
        port = connection.getsockname()[1]
        yield Resolver((("127.0.0.1", port),))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", port))
        thread.join()


def _serve(connection: socket.socket, table: Table) -> None:
    while True:
        question, client = connection.recvfrom(512)
        if not question:
            return
        connection.sendto(_answer(question, table), client)


def _answer(asked: bytes, table: Table) -> bytes:
    request = message.from_wire(asked)
    question = request.question[0]
    kind = rdatatype.to_text(question.rdtype)
    records = table.get((question.name.to_text(omit_final_dot=True), kind))
    answer = message.make_response(request)
    answer.flags |= flags.RA
    if records is None:
        answer.set_rcode(rcode.NXDOMAIN)
    elif records:
        absolute = [f"{record}." if kind == "NS" else record for record in records]
        answer.answer.append(rrset.from_text(question.name, 300, "IN", kind, *absolute))
    return answer.to_wire()
