"""Questions to the name server of this machine: which name servers a zone has, who may issue.

https://www.rfc-editor.org/rfc/rfc1035, https://www.rfc-editor.org/rfc/rfc8659
"""

import secrets
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from runner.check.finding import NotCheckedError

RecordKind = Literal["NS", "CAA"]

TYPES: Final[dict[RecordKind, int]] = {"NS": 2, "CAA": 257}
SECONDS: Final = 3.0
CONFIGURATION: Final = Path("/etc/resolv.conf")

_HEADER: Final = struct.Struct("!6H")
_RECORD: Final = struct.Struct("!2HIH")
_RECURSION: Final = 0x0100
_INTERNET: Final = 1
_POINTER: Final = 0xC0
_CODE: Final = 0x000F
_NO_SUCH_NAME: Final = 3
_SIZE: Final = 4096


@dataclass(frozen=True)
class Resolver:
    """Name servers with their ports."""

    servers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of_this_machine(cls) -> "Resolver":
        """Those of the resolver's configuration; none where there is no such file."""
        try:
            lines = CONFIGURATION.read_text(encoding="utf-8").splitlines()
        except OSError:
            return cls()
        words = (line.split() for line in lines)
        return cls(tuple((w[1], 53) for w in words if len(w) > 1 and w[0] == "nameserver"))

    def records(self, name: str, kind: RecordKind) -> list[str]:
        """The records of a name as text; none where the name or the type does not exist.

        Raises:
            NotCheckedError: no name server answers.
        """
        if not self.servers:
            raise NotCheckedError(f"{CONFIGURATION} names no name server")
        reason = ""
        for server in self.servers:
            try:
                return _parse(_exchange(server, name, kind), kind)
            except (OSError, ValueError, struct.error, IndexError) as error:
                reason = f"{server[0]} does not answer for {name} {kind}: {error}"
        raise NotCheckedError(reason)


def _exchange(server: tuple[str, int], name: str, kind: RecordKind) -> bytes:
    number = secrets.randbelow(1 << 16)
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    message = _HEADER.pack(number, _RECURSION, 1, 0, 0, 0) + question
    message += struct.pack("!2H", TYPES[kind], _INTERNET)
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as connection:
        connection.settimeout(SECONDS)
        connection.connect(server)
        connection.send(message)
        while True:
            answer = connection.recv(_SIZE)
            if answer[:2] == message[:2]:
                return answer


def _parse(answer: bytes, kind: RecordKind) -> list[str]:
    _, flags, questions, answers, _, _ = _HEADER.unpack_from(answer)
    code = flags & _CODE
    if code == _NO_SUCH_NAME:
        return []
    if code:
        raise ValueError(f"response code {code}")
    place = _HEADER.size
    for _ in range(questions):
        place = _name(answer, place)[1] + 4
    found: list[str] = []
    for _ in range(answers):
        place = _name(answer, place)[1]
        type_, _, _, length = _RECORD.unpack_from(answer, place)
        place += _RECORD.size
        if type_ == TYPES[kind]:
            found.append(_text(answer, place, length, kind))
        place += length
    return found


def _text(answer: bytes, place: int, length: int, kind: RecordKind) -> str:
    if kind == "NS":
        return _name(answer, place)[0]
    flags, size = answer[place], answer[place + 1]
    tag = answer[place + 2 : place + 2 + size].decode("ascii")
    value = answer[place + 2 + size : place + length].decode("ascii")
    return f'{flags} {tag} "{value}"'


def _name(answer: bytes, place: int) -> tuple[str, int]:
    """A name, and where what follows it begins. Names may end with a pointer to an earlier one."""
    labels: list[str] = []
    after = 0
    for _ in range(len(answer)):
        length = answer[place]
        if length & _POINTER == _POINTER:
            after = after or place + 2
            place = ((length & ~_POINTER) << 8) + answer[place + 1]
        elif length:
            labels.append(answer[place + 1 : place + 1 + length].decode("ascii"))
            place += 1 + length
        else:
            return ".".join(labels).lower(), after or place + 1
    raise ValueError("a name without an end")
