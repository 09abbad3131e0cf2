"""The IP plan: the addresses of each subnet, and the number of pods that they are enough for.

A zone's blocks depend on its letter alone, never on its position in a list: adding,
removing or reordering zones moves no other zone's addresses. With the default 10.0.0.0/16
the blocks are those of the reference architecture: public 10.0.1.0/24 to 10.0.6.0/24 for the
zones a to f, private 10.0.11.0/24 onwards, database 10.0.21.0/24 onwards. In a VPC of
another size a block has a prefix that is 8 bits longer than that of the VPC.

Larger private subnets are placed one after the other after the first eighth of the VPC, each
aligned to its size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, summarize_address_range
from typing import Final, Literal

from config.sections.network import Network

Tier = Literal["public", "private", "database"]
TIERS: Final[tuple[Tier, ...]] = ("public", "private", "database")

FIRST_BLOCK: Final[dict[Tier, int]] = {"public": 1, "private": 11, "database": 21}
"""The block of zone a in each tier; the following zones take the following blocks."""

BLOCK_BITS: Final = 8
"""A VPC holds 2^8 blocks."""

LARGE_FROM: Final = 32
"""The block after which larger private subnets begin: an eighth of the VPC."""

AWS_RESERVED: Final = 5
"""Addresses that AWS reserves in every subnet: the first four and the last.
https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""

PREFIX_LENGTH: Final = 28
"""The prefixes that the VPC CNI assigns to a node: 16 addresses each."""


@dataclass(frozen=True)
class PlannedSubnet:
    """One subnet of the plan.

    Attributes:
        zone: the letter of its Availability Zone.
        reservations: CIDR reservations for /28 prefixes; private subnets alone have any.
    """

    tier: Tier
    zone: str
    cidr: IPv4Network
    reservations: tuple[IPv4Network, ...] = ()

    @property
    def usable_addresses(self) -> int:
        """Addresses that AWS assigns, inside and outside the reservations."""
        return max(self.cidr.num_addresses - AWS_RESERVED, 0)

    @property
    def prefixes(self) -> int:
        """The /28 prefixes in the reservations.

        A prefix that contains an address which AWS reserves cannot be assigned; the last one of the
        subnet does.
        """
        blocks = sum(r.num_addresses >> (32 - PREFIX_LENGTH) for r in self.reservations)
        touches_end = any(r[-1] == self.cidr[-1] for r in self.reservations)
        return blocks - 1 if touches_end and blocks else blocks

    @property
    def pods(self) -> int:
        """Pod addresses in the reserved prefixes."""
        return self.prefixes << (32 - PREFIX_LENGTH)


@dataclass(frozen=True)
class IpPlan:
    """All subnets of a VPC, by tier and then by zone."""

    cidr: IPv4Network
    subnets: tuple[PlannedSubnet, ...]

    def tier(self, tier: Tier) -> dict[str, PlannedSubnet]:
        """The subnets of one tier, by zone letter."""
        return {subnet.zone: subnet for subnet in self.subnets if subnet.tier == tier}

    @property
    def free(self) -> tuple[IPv4Network, ...]:
        """Addresses outside all subnets, in the fewest blocks, in ascending order."""
        taken = sorted(subnet.cidr for subnet in self.subnets)
        free: list[IPv4Network] = []
        cursor = int(self.cidr[0])
        for block in taken:
            free += _blocks(cursor, int(block[0]) - 1)
            cursor = max(cursor, int(block[-1]) + 1)
        return (*free, *_blocks(cursor, int(self.cidr[-1])))


def _blocks(first: int, last: int) -> Iterator[IPv4Network]:
    if first > last:
        return iter(())
    return summarize_address_range(IPv4Network(first)[0], IPv4Network(last)[0])


def plan(network: Network) -> IpPlan:
    """Computes the plan of a network.

    Every subnet gets a block, even one that does not fit; rules/network.py reports those.
    """
    return IpPlan(
        cidr=network.cidr,
        subnets=tuple(
            _subnet(network, tier, zone)
            for tier in TIERS
            for zone in sorted(set(network.availability_zones))
        ),
    )


def _subnet(network: Network, tier: Tier, zone: str) -> PlannedSubnet:
    cidr = _given(network, tier).get(zone) or _default_block(network, tier, zone)
    share = network.private_subnets.prefix_reservation if tier == "private" else "none"
    return PlannedSubnet(tier, zone, cidr, _reservations(cidr, share))


def _given(network: Network, tier: Tier) -> dict[str, IPv4Network]:
    return {
        "public": network.public_subnets,
        "private": network.private_subnets,
        "database": network.database_subnets,
    }[tier].cidrs


def _default_block(network: Network, tier: Tier, zone: str) -> IPv4Network:
    index = ord(zone) - ord("a")
    block_length = min(network.cidr.prefixlen + BLOCK_BITS, 32)
    block_size = 1 << (32 - block_length)
    start = int(network.cidr[0])
    prefix_length = (tier == "private" and network.private_subnets.prefix_length) or block_length
    if prefix_length >= block_length:
        offset = (FIRST_BLOCK[tier] + index) * block_size
    else:
        size = 1 << (32 - prefix_length)
        first = -(-LARGE_FROM * block_size // size) * size
        offset = first + index * size
    # IPv4Network cannot represent a block past the last address. The end of the address space is
    # outside every VPC, which is reported.
    address = min(start + offset, (1 << 32) - (1 << (32 - prefix_length)))
    return IPv4Network((address, prefix_length))


def _reservations(cidr: IPv4Network, share: str) -> tuple[IPv4Network, ...]:
    if share == "none" or cidr.prefixlen + 2 > PREFIX_LENGTH:
        return ()
    lower, upper = cidr.subnets()
    if share == "half":
        return (upper,)
    return (list(lower.subnets())[1], upper)
