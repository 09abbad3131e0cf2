"""The kinds of calls that were answered, so that a test sees what a program asked AWS for."""

from __future__ import annotations

_calls: set[str] = set()


def record(service: str, action: str) -> None:
    """Records a call, once for each action.

    Args:
        service: The service, as boto3 names it.
        action: The action; for S3 the method of the request and what it is for.
    """
    _calls.add(f"{service}:{action}")


def recorded() -> list[str]:
    """Returns ``service:action`` for each kind of call since the last reset, sorted."""
    return sorted(_calls)


def clear() -> None:
    """Forgets all calls."""
    _calls.clear()
