"""SQS: the redrive policy comes back without spaces, as AWS gives it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.sqs.models import Queue

from tools.emulator.gaps.moto_hooks import replace

if TYPE_CHECKING:
    from collections.abc import Callable

_POLICY = "RedrivePolicy"


def install() -> None:
    """Lets queues answer compact JSON: with moto's spaces every plan would show a change."""
    original = Queue.attributes.fget
    if original is not None and not hasattr(original, "emulator"):
        replace(Queue, "attributes", property(_compact(original)))


def _compact(original: Callable[[Queue], dict[str, Any]]) -> Callable[[Queue], dict[str, Any]]:
    def attributes(self: Queue) -> dict[str, Any]:
        result = original(self)
        if result.get(_POLICY):
            policy = json.loads(result[_POLICY])
            result[_POLICY] = json.dumps(policy, separators=(",", ":"))
        return result

    vars(attributes)["emulator"] = True
    return attributes
