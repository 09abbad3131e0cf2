"""Errors that a test orders in advance for an action of a service."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass
class Fault:
    """One ordered error.

    Attributes:
        service: The service, as boto3 names it, for example ``eks``.
        action: The action, for example ``CreateAddon``.
        code: The error code that the SDK will see.
        status: The HTTP status of the answer.
        times: How many calls still fail.
        message: The text of the error.
    """

    service: str
    action: str
    code: str
    status: int
    times: int
    message: str


_pending: list[Fault] = []


def add(fault: Fault) -> None:
    """Orders an error. Faults of the same action come in the order in which they were added."""
    _pending.append(fault)


def take(service: str, action: str) -> Fault | None:
    """Returns the error that this call must answer with, if any, and counts it down."""
    for fault in _pending:
        if (fault.service, fault.action) == (service, action):
            fault.times -= 1
            if fault.times <= 0:
                _pending.remove(fault)
            return fault
    return None


def pending() -> list[dict[str, str | int]]:
    """Lists the errors that have not come yet."""
    return [asdict(fault) for fault in _pending]


def clear() -> None:
    """Forgets every ordered error."""
    _pending.clear()
