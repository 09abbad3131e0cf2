"""The names of the time zone database."""

from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("time_zones.txt")


@cache
def time_zones() -> frozenset[str]:
    """All names, for example `Europe/Dublin`.

    They are the project's own: not every machine has the database, and none should decide.
    """
    lines = FILE.read_text().splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
