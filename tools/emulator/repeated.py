"""Answers calls that an SDK repeats because it lost the answer to the first attempt.

On a busy machine a connection is now and then reset after the call was carried out. The SDK repeats
it, and what was created once is refused as a duplicate, or what was deleted is not found. Each
attempt of a call has the same id, so that the first answer can be given again.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

Answer = tuple[list[Any], list[bytes]]
"""Status and headers, as `start_response` takes them, and the body."""

_CALL: Final = "HTTP_AMZ_SDK_INVOCATION_ID"
_ATTEMPT: Final = "HTTP_AMZ_SDK_REQUEST"

_KEPT: Final = 500
"""Many more calls than are open at a time."""

_LARGEST: Final = 1_000_000
"""Bytes of an answer that is kept."""

_answers: OrderedDict[str, Answer] = OrderedDict()


def answer(environ: dict[str, Any]) -> Answer | None:
    """The answer to an earlier attempt of this call that was carried out, if there was one."""
    if environ.get(_ATTEMPT, "attempt=1").startswith("attempt=1;"):
        return None
    return _answers.get(environ.get(_CALL, ""))


def keep(environ: dict[str, Any], head: list[Any], body: list[bytes]) -> None:
    """Keeps the answer to a call that was carried out; one that failed is to be carried out."""
    call = environ.get(_CALL)
    if call and head[0].startswith("2") and sum(map(len, body)) <= _LARGEST:
        _answers[call] = (head, body)
        if len(_answers) > _KEPT:
            _answers.popitem(last=False)


def clear() -> None:
    """Forgets all answers."""
    _answers.clear()
