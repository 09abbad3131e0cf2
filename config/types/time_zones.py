"""The names of the time zone database."""

from functools import cache
from importlib import resources


@cache
def time_zones() -> frozenset[str]:
    """All names, for example `Europe/Dublin`.

    `zoneinfo.available_timezones()` adds what the machine has; here it is the package `tzdata`
    alone, so that the same file is accepted on every machine.
    """
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {"Factory"}  # stands for "not configured"
