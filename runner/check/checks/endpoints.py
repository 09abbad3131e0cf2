"""Whether AWS offers the services of the interface endpoints in the zones of their subnets."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from runner.check.context import CheckContext
from runner.check.finding import Finding
from runner.check.needs import Resource

_ENDPOINT: Final = re.compile(r"aws_vpc_endpoint\.(\w+)\.id")
_SUBNET: Final = re.compile(r"aws_subnet\.(\w+)\.id")


def find(context: CheckContext) -> Iterator[Finding]:
    """One row for all that are offered, and one for each that is not."""
    wanted = [
        endpoint
        for endpoint in context.needs.of("aws_vpc_endpoint")
        if endpoint.attributes.get("vpc_endpoint_type") == "Interface"
        and "${" not in endpoint.attributes["service_name"]
    ]
    if not wanted:
        return
    offered: dict[str, set[str]] = defaultdict(set)
    for service in context.aws.pages("ec2", "describe_vpc_endpoint_services", "ServiceDetails"):
        offered[service["ServiceName"]] |= set(service["AvailabilityZones"])
    zones = _zones(context)
    fine = 0
    for endpoint in wanted:
        name = endpoint.attributes["service_name"]
        needed = zones[endpoint.name]
        missing = needed - offered[name]
        if name in offered and not missing and offered[name]:
            fine += 1
            continue
        found = f"not offered in {', '.join(sorted(missing))}" if offered[name] else "not offered"
        yield Finding(
            "error",
            name,
            found,
            ", ".join(sorted(needed)),
            "Leave the service out of `network.additional_interface_endpoints`, or use other "
            "zones.",
        )
    if fine:
        needed = f"{len(wanted)} services"
        yield Finding("ok", "interface endpoints", f"{fine} are offered in their zones", needed)


def _zones(context: CheckContext) -> dict[str, set[str]]:
    """The zones of the subnets of each endpoint, by its name in the stack."""
    subnets = {each.name: each.attributes["availability_zone"] for each in _subnets(context)}
    found: dict[str, set[str]] = defaultdict(set)
    for each in context.needs.of("aws_vpc_endpoint_subnet_association"):
        endpoint = _ENDPOINT.search(each.attributes["vpc_endpoint_id"])
        subnet = _SUBNET.search(each.attributes["subnet_id"])
        if endpoint and subnet and subnet[1] in subnets:
            found[endpoint[1]].add(subnets[subnet[1]])
    return found


def _subnets(context: CheckContext) -> list[Resource]:
    return [each for each in context.needs.of("aws_subnet") if each.literal("availability_zone")]
