"""A Route 53 zone, as several add-ons name it."""

from config.settings import Settings
from config.types.edge import HostedZoneId, ZoneName


class DnsZone(Settings):
    """A public Route 53 zone of the account."""

    id: HostedZoneId
    """Id of the zone."""

    name: ZoneName
    """Name of the zone."""
