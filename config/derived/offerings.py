"""In how many zones of a region a family of instance types is offered, without asking AWS."""

from functools import cache
from pathlib import Path
from typing import Final

from config.derived import machines

FILE: Final = Path(__file__).with_name("instance_offerings.tsv")


def zones_with(instance_type: str, region: str) -> tuple[int, int] | None:
    """In how many zones a type's family is offered, and how many zones the region has.

    None where the region or the family is not known.
    """
    known = _regions().get(region)
    if known is None or not machines.is_known_family(instance_type):
        return None
    zones, exceptions = known.split("\t")
    family = instance_type.partition(".")[0]
    offered = dict(each.split("=") for each in exceptions.split(" "))
    return int(offered.get(family, zones)), int(zones)


@cache
def _regions() -> dict[str, str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if not line.startswith("#"))
