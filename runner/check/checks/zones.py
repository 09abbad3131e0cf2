"""Whether the account has the Availability Zones, and EKS a control plane there."""

from collections.abc import Iterator
from typing import Any

from config.types.zones import zones_of
from runner.check.context import CheckContext
from runner.check.finding import Finding


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks at the zones of all subnets."""
    wanted = context.needs.values("aws_subnet", "availability_zone")
    if not wanted:
        return
    answer = context.aws.call(
        "ec2",
        "describe_availability_zones",
        Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}],
    )
    zones = {zone["ZoneName"]: zone for zone in answer["AvailabilityZones"]}
    without_eks = zones_of(context.environment.region).without_eks
    listed = ", ".join(sorted(zones))
    for name in sorted(wanted):
        zone = zones.get(name)
        if zone is None:
            yield Finding(
                "error",
                name,
                f"the account has {listed}",
                name,
                "Name letters of the account's zones in `network.availability_zones`.",
            )
        elif zone["ZoneId"] == without_eks and name in _of_control_planes(context):
            yield Finding(
                "error",
                name,
                f"is {without_eks}, where EKS makes no control plane",
                "another zone",
                "Name other zones in `network.control_plane_subnets.zones`, or leave its letter "
                f"out of `network.availability_zones`; the account has {listed}.",
            )
        elif zone["State"] != "available":
            yield Finding(
                "warning",
                name,
                f"{zone['State']}{_messages(zone)}",
                "available",
                "Wait until the zone is available, or use another one.",
            )
        else:
            yield Finding("ok", name, zone["ZoneId"], "a zone of the account")


def _of_control_planes(context: CheckContext) -> set[str]:
    """Zones that a cluster's subnets are in; all where the JSON does not say it."""
    found: set[str] = set()
    for cluster in context.needs.of("aws_eks_cluster"):
        found |= set(context.needs.zones(cluster.attributes["vpc_config"]["subnet_ids"]))
    return found or set(context.needs.values("aws_subnet", "availability_zone"))


def _messages(zone: dict[str, Any]) -> str:
    texts = [message["Message"] for message in zone.get("Messages", ()) if message.get("Message")]
    return f": {' '.join(texts)}" if texts else ""
