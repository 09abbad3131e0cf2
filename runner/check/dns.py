"""Questions to the name server of this machine: which name servers a zone has, who may issue.

https://www.rfc-editor.org/rfc/rfc8659
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from runner.check.finding import NotCheckedError

RecordKind = Literal["NS", "CAA"]

SECONDS: Final = 3.0
"""For each name server."""

CONFIGURATION: Final = "/etc/resolv.conf"


@dataclass(frozen=True)
class Resolver:
    """Name servers with their ports."""

    servers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of_this_machine(cls) -> "Resolver":
        """Those of the resolver's configuration; none where there is no such file."""
        from dns import resolver  # noqa: PLC0415 (only this check needs it)

        try:
            found = resolver.Resolver(CONFIGURATION)
        except (resolver.NoResolverConfiguration, OSError):
            return cls()
        return cls(tuple((str(server), found.port) for server in found.nameservers))

    def records(self, name: str, kind: RecordKind) -> list[str]:
        """The records of a name as text; none where the name or the type does not exist.

        Raises:
            NotCheckedError: no name server answers.
        """
        from dns import exception, nameserver, resolver  # noqa: PLC0415 (as above)

        if not self.servers:
            raise NotCheckedError(f"{CONFIGURATION} names no name server")
        asking = resolver.Resolver(configure=False)
        asking.nameservers = [nameserver.Do53Nameserver(*server) for server in self.servers]
        asking.timeout, asking.lifetime = SECONDS, SECONDS * len(self.servers)
        try:
            found = asking.resolve(name, kind, raise_on_no_answer=False, search=False)
        except resolver.NXDOMAIN:
            return []
        except exception.DNSException as error:
            message = f"no name server answers for {name} {kind}: {error}"
            raise NotCheckedError(message) from error
        return [_text(record, kind) for record in found.rrset or ()]


def _text(record: Any, kind: RecordKind) -> str:
    return record.target.to_text(omit_final_dot=True).lower() if kind == "NS" else record.to_text()
