"""A name server on this machine that answers from a table."""

import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread

from runner.check.dns import TYPES, Resolver

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


def _answer(question: bytes, table: Table) -> bytes:
    labels: list[str] = []
    place = 12
    while question[place]:
        labels.append(question[place + 1 : place + 1 + question[place]].decode())
        place += 1 + question[place]
    (number,) = struct.unpack_from("!H", question, place + 1)
    kind = next(name for name, code in TYPES.items() if code == number)
    records = table.get((".".join(labels), kind))
    code = 3 if records is None else 0
    head = question[:2] + struct.pack("!5H", 0x8180 | code, 1, len(records or ()), 0, 0)
    answer = head + question[12 : place + 5]
    for record in records or ():
        # The name is a pointer to that of the question.
        data = _data(record, kind)
        answer += b"\xc0\x0c" + struct.pack("!2HIH", number, 1, 300, len(data)) + data
    return answer


def _data(record: str, kind: str) -> bytes:
    if kind == "NS":
        return b"".join(bytes([len(x)]) + x.encode() for x in record.split(".")) + b"\0"
    flags, tag, value = record.split(" ", 2)
    return bytes([int(flags), len(tag)]) + tag.encode() + value.strip('"').encode()
