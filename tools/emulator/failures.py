"""Records calls that the emulator cannot answer, and rejects them so that no SDK retries them.

AWS SDKs repeat a call after a 500, the AWS provider up to 25 times with growing pauses, so a call
that moto lacks, or an error inside moto, would look like a hang. Here the answer is a 501 with the
reason, in the protocol of the service: Terraform prints it at once, and tests can read the record.
"""

from __future__ import annotations

import traceback
from collections import deque

UNSUPPORTED_STATUS = 501
UNSUPPORTED_CODE = "EmulatorUnsupported"
_KEPT = 100
_records: deque[dict[str, str]] = deque(maxlen=_KEPT)


def record(service: str, action: str, error: BaseException | None = None) -> str:
    """Records a request that the emulator could not answer as AWS would.

    Returns:
        The sentence to answer with.
    """
    if error is None or isinstance(error, NotImplementedError):
        message = f"The emulator does not support {service} {action}"
    else:
        message = f"The emulator failed in {service} {action}: {type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error)) if error else ""
    _records.append({"service": service, "action": action, "message": message, "trace": trace})
    return message


def recorded() -> list[dict[str, str]]:
    """Returns the records since the last reset, oldest first (the last hundred)."""
    return list(_records)


def clear() -> None:
    """Forgets every record."""
    _records.clear()
