"""Durations in hours, minutes and seconds, as Karpenter and Prometheus read them."""

import re
from typing import Final

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


def seconds(duration: str) -> int:
    """A duration such as `1h30m` in seconds."""
    parts = re.findall(r"([0-9]+)([smh])", duration)
    return sum(int(number) * _SECONDS[unit] for number, unit in parts)
