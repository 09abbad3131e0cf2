"""What belongs to no single resource: data between places, and requests to keys."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from runner.bill.lines import Item
from runner.bill.resource import BilledResource
from runner.bill.use import Use

KEYS: Final = frozenset({"aws_kms_key", "aws_kms_replica_key"})
CONNECTIONS: Final = frozenset({"aws_vpc_peering_connection", "aws_efs_replication_configuration"})
DIRECTIONS: Final = 2
"""Data between zones counts where it leaves, and where it arrives."""

REQUESTS: Final = 10_000
"""Requests that a price of KMS is for."""


def environment_items(resources: Sequence[BilledResource], use: Use) -> Iterator[Item]:
    """The items of an environment as a whole."""
    internet, zones = use.assumed("internet_gb"), use.assumed("between_zones_gb") * DIRECTIONS
    yield Item("data to the internet", "data_transfer.internet_out_gb", internet, "internet_gb")
    price = "data_transfer.inter_az_gb_each_direction"
    yield Item("data between zones", price, zones, "between_zones_gb")
    types = {each.type for each in resources}
    several = len({each.region for each in resources if each.type.startswith("aws_")}) > 1
    if several or types & CONNECTIONS:
        data = use.assumed("between_regions_gb")
        price = "data_transfer.inter_region_gb"
        yield Item("data to other regions", price, data, "between_regions_gb")
    if any(_is_interface(each) for each in resources):
        data = use.assumed("endpoint_gb")
        price = "vpc_endpoint.interface_gb"
        yield Item("data through interface endpoints", price, data, "endpoint_gb")
    if types & KEYS:
        requests = use.assumed("key_requests") / Decimal(REQUESTS)
        yield Item("requests to keys", "kms.requests_10000", requests, "key_requests")


def _is_interface(resource: BilledResource) -> bool:
    kind = resource.body.get("vpc_endpoint_type")
    return resource.type == "aws_vpc_endpoint" and kind == "Interface"
