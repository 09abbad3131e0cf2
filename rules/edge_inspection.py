"""Rules of `edge.inspection`: a subnet for the endpoint of each zone, out of everybody's way."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from config.derived import ip_plan
from config.environment import Environment
from config.problem import Problem

SUBNETS: Final = ("edge", "inspection", "subnets")

SMALLEST: Final = 28
"""https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""


def inspection_has_a_subnet_in_each_zone(environment: Environment) -> Iterator[Problem]:
    """Every zone of the network has an endpoint subnet, and no other zone has one."""
    inspection = environment.edge.inspection
    zones = sorted(set(environment.network.availability_zones))
    if inspection.enabled:
        missing = [zone for zone in zones if zone not in inspection.subnets]
        if missing:
            message = f"lacks a block for zone {', '.join(missing)}"
            given = {zone: str(cidr) for zone, cidr in inspection.subnets.items()}
            yield Problem(SUBNETS, message, given or {}, "one for each zone, for example a /28")
    for zone in inspection.subnets:
        if zone not in zones:
            message = "is a zone that network.availability_zones does not name"
            yield Problem((*SUBNETS, zone), message, zone, ", ".join(zones))


def inspection_subnets_fit(environment: Environment) -> Iterator[Problem]:
    """Endpoint subnets lie inside the VPC and overlap no other subnet."""
    blocks = environment.edge.inspection.subnets
    planned = ip_plan.plan(environment.network)
    for zone, cidr in blocks.items():
        path = (*SUBNETS, zone)
        if not cidr.subnet_of(planned.cidr):
            yield Problem(path, f"is not inside the VPC {planned.cidr}", str(cidr))
            continue
        if cidr.prefixlen > SMALLEST:
            yield Problem(path, "is too small", str(cidr), f"a /{SMALLEST} or larger")
        for subnet in planned.subnets:
            if cidr.overlaps(subnet.cidr):
                message = f"overlaps the {subnet.tier} subnet of zone {subnet.zone}, {subnet.cidr}"
                yield Problem(path, message, str(cidr))
                break
    for first, second in combinations(blocks, 2):
        if blocks[first].overlaps(blocks[second]):
            message = f"overlaps that of zone {first}, {blocks[first]}"
            yield Problem((*SUBNETS, second), message, str(blocks[second]))
