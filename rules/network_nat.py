"""Rules of the NAT gateways."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Problem

ZONE = ("network", "nat_zone")


def nat_zone_is_used(environment: Environment) -> Iterator[Problem]:
    """The zone of a single NAT gateway is one of the VPC's, and there is a single one."""
    network = environment.network
    if network.nat_zone is None:
        return
    if network.nat != "single":
        message = f"has no effect, since network.nat is {network.nat}"
        yield Problem(ZONE, message, network.nat_zone, "this with network.nat: single")
    elif network.nat_zone not in network.availability_zones:
        zones = ", ".join(sorted(network.availability_zones))
        message = "is a zone that network.availability_zones does not name"
        yield Problem(ZONE, message, network.nat_zone, zones)
