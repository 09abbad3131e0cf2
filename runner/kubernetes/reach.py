"""Whether anything accepts connections at an address, and why not.

A client of the Kubernetes API waits half a minute and longer before it gives up, and so does
Terraform. This takes a few seconds.
"""

import socket
from typing import Final
from urllib.parse import urlsplit

CONNECT_SECONDS: Final = 3.0
_ADDRESSES: Final = 4
"""EKS gives an endpoint one address in each of two zones."""


def why_unreachable(url: str) -> str | None:
    """Why no connection to the host of a URL can be opened; None if one can."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (80 if parts.scheme == "http" else 443)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return f"the name {host} does not resolve"
    reasons: list[str] = []
    for address in list(dict.fromkeys(str(each[4][0]) for each in found))[:_ADDRESSES]:
        try:
            socket.create_connection((address, port), CONNECT_SECONDS).close()
        except TimeoutError:
            reasons.append(f"{address} does not answer on port {port} within {CONNECT_SECONDS:g} s")
        except OSError as error:
            reasons.append(f"{address} port {port}: {error.strerror or error}")
        else:
            return None
    return "; ".join(reasons)
