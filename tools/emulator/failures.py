"""What the emulator could not do: recorded, and answered in a way that nobody retries.

AWS SDKs repeat a call that was answered with 500, the AWS provider up to 25 times with growing
pauses. A call that moto does not know, or an error inside moto, would look like a hang. Here it
becomes a 501 with the reason in it, in the protocol of the service, so that Terraform prints it
at once, and a record that tests can look at.
"""

from __future__ import annotations

import traceback
from collections import deque

UNSUPPORTED_STATUS = 501
UNSUPPORTED_CODE = "EmulatorUnsupported"
_KEPT = 100
_records: deque[dict[str, str]] = deque(maxlen=_KEPT)


def record(service: str, action: str, error: BaseException | None = None) -> str:
    """Notes a request that the emulator could not answer as AWS would.

    Returns:
        The sentence to answer with.
    """
    if error is None or isinstance(error, NotImplementedError):
        message = f"The emulator does not offer {service} {action}"
    else:
        message = f"The emulator failed in {service} {action}: {type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error)) if error else ""
    _records.append({"service": service, "action": action, "message": message, "trace": trace})
    return message


def recorded() -> list[dict[str, str]]:
    """Gives the records since the last reset, oldest first (the last hundred)."""
    return list(_records)


def clear() -> None:
    """Forgets every record."""
    _records.clear()
