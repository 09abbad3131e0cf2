"""Rules of `edge.inspection`: endpoint subnets, and routes through the endpoints."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from config.derived import ip_plan
from config.environment import Environment
from config.problem import Problem
from rules.registration import rule

SUBNETS: Final = ("edge", "inspection", "subnets")

ROUTES: Final = ("edge", "inspection", "routes")

SMALLEST: Final = 28
"""https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""


@rule("network", "edge")
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


@rule("network", "edge")
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
                yield Problem(path, f"overlaps {subnet.label}, {subnet.cidr}", str(cidr))
                break
    for first, second in combinations(blocks, 2):
        if blocks[first].overlaps(blocks[second]):
            message = f"overlaps that of zone {first}, {blocks[first]}"
            yield Problem((*SUBNETS, second), message, str(blocks[second]))


@rule("edge")
def inspection_routes_have_endpoints(environment: Environment) -> Iterator[Problem]:
    """`edge.inspection.routes` needs the endpoints of `edge.inspection.enabled`."""
    inspection = environment.edge.inspection
    if inspection.routes and not inspection.enabled:
        message = "needs edge.inspection.enabled: true, without which there are no endpoints"
        yield Problem(ROUTES, message, inspection.routes, "false", "false")


@rule("edge", severity="warning")
def endpoints_have_routes(environment: Environment) -> Iterator[Problem]:
    """A Gateway Load Balancer without `edge.inspection.routes` inspects no traffic."""
    edge = environment.edge
    if edge.inspects and not edge.inspection.routes:
        message = "no traffic is inspected: set true when the target group has healthy appliances"
        yield Problem(ROUTES, message, edge.inspection.routes)


@rule("network", "edge", severity="warning")
def inspected_nat_gateways_are_in_public_subnets(environment: Environment) -> Iterator[Problem]:
    """A regional NAT gateway is in no public subnet, so that its traffic is not inspected.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
    """
    edge, nat = environment.edge, environment.network.nat
    if edge.inspects and edge.inspection.routes and nat == "regional":
        message = (
            "is in no public subnet, and edge.inspection.routes lead through the endpoints of "
            "public subnets: traffic of private subnets is not inspected"
        )
        yield Problem(("network", "nat"), message, nat, "per_az, single", "per_az")
