"""A Route 53 zone, for the add-ons that need one."""

from config.settings import Settings
from config.types.edge import HostedZoneId, ZoneName


class DnsZone(Settings):
    """A public Route 53 zone of the account."""

    id: HostedZoneId
    """Id of the zone."""

    name: ZoneName
    """Name of the zone."""
