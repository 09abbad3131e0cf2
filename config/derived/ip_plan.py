"""The IP plan: the addresses of each subnet, and the number of pods that they are enough for.

A zone's blocks depend on its letter alone, never on its position in a list: adding,
removing or reordering zones moves no other zone's addresses. With the default 10.0.0.0/16
the blocks are those of the reference architecture: public 10.0.1.0/24 to 10.0.6.0/24 for the
zones a to f, private 10.0.11.0/24 onwards, database 10.0.21.0/24 onwards. In a VPC of
another size a block has a prefix that is 8 bits longer than that of the VPC.

Control-plane subnets are /28, from 10.0.28.0/28 onwards. Larger private subnets are placed one
after the other after the first eighth of the VPC, and pod subnets after the first quarter, each
aligned to its size. In a secondary CIDR block pod subnets begin with its first address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, summarize_address_range
from typing import Final, Literal

from config.problem import Path
from config.sections.network import Network, Subnets
from config.sections.network_existing import ExistingNetwork, ExistingSubnets

Tier = Literal["public", "private", "database", "control_plane", "pods"]

SETTINGS: Final[dict[Tier, str]] = {
    "public": "public_subnets",
    "private": "private_subnets",
    "database": "database_subnets",
    "control_plane": "control_plane_subnets",
    "pods": "pods",
}
"""The key of each tier in the section `network`."""

LABELS: Final[dict[Tier, str]] = {
    "public": "public",
    "private": "private",
    "database": "database",
    "control_plane": "control-plane",
    "pods": "pod",
}
"""How a subnet of each tier is called in texts."""

TIERS: Final[tuple[Tier, ...]] = tuple(SETTINGS)

SHARED: Final[frozenset[Tier]] = frozenset({"control_plane", "pods"})
"""Tiers without which an existing VPC has private subnets instead."""

FIRST_BLOCK: Final[dict[Tier, int]] = {
    "public": 1,
    "private": 11,
    "database": 21,
    "control_plane": 28,
}
"""The block of zone a in each tier; the following zones take the following blocks."""

BLOCK_BITS: Final = 8
"""A VPC holds 2^8 blocks."""

LARGE_FROM: Final = 32
"""The block after which larger private subnets begin: an eighth of the VPC."""

PODS_FROM: Final = 64
"""The block after which pod subnets begin: a quarter of the VPC."""

POD_BITS: Final = 2
"""By default a pod subnet has a quarter of its block."""

CONTROL_PLANE_LENGTH: Final = 28
"""Prefix length of a control-plane subnet: 11 addresses, of which EKS needs 6.
https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""

AWS_RESERVED: Final = 5
"""Addresses that AWS reserves in every subnet: the first four and the last.
https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""

PREFIX_LENGTH: Final = 28
"""The prefixes that the VPC CNI assigns to a node: 16 addresses each."""


WARM_PREFIXES: Final = 1
"""Prefixes that the VPC CNI holds on each node for the next pods (WARM_PREFIX_TARGET)."""


def prefixes_of_node(pods: int) -> int:
    """The prefixes that a node with this number of pods holds."""
    return -(-pods >> (32 - PREFIX_LENGTH)) + WARM_PREFIXES


@dataclass(frozen=True)
class PlannedSubnet:
    """One subnet of the plan.

    Attributes:
        zone: the letter of its Availability Zone.
        reservations: CIDR reservations for /28 prefixes; pod subnets alone have any.
        id: the id of a subnet of `network.existing`.
    """

    tier: Tier
    zone: str
    cidr: IPv4Network
    reservations: tuple[IPv4Network, ...] = ()
    id: str = ""

    @property
    def label(self) -> str:
        """The subnet in a text."""
        return f"the {LABELS[self.tier]} subnet of zone {self.zone}"

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
    def assignable_prefixes(self) -> int:
        """The same, and without reservations all that no address of AWS is in, at both ends."""
        whole = self.cidr.num_addresses >> (32 - PREFIX_LENGTH)
        return self.prefixes if self.reservations else max(whole - 2, 0)

    @property
    def pods(self) -> int:
        """Pod addresses in the reserved prefixes."""
        return self.prefixes << (32 - PREFIX_LENGTH)


@dataclass(frozen=True)
class IpPlan:
    """All subnets of a VPC, by tier and then by zone.

    Attributes:
        cidrs: the VPC's primary CIDR block, and the secondary one, which pod subnets are in; all
            of them with `network.existing`.
    """

    cidrs: tuple[IPv4Network, ...]
    subnets: tuple[PlannedSubnet, ...]

    def tier(self, tier: Tier) -> dict[str, PlannedSubnet]:
        """The subnets of one tier, by zone letter; none where it has no subnets of its own."""
        return {subnet.zone: subnet for subnet in self.subnets if subnet.tier == tier}

    def is_of_pods(self, cidr: IPv4Network) -> bool:
        """Whether a CIDR block of the VPC has no subnets but those of pods."""
        return all(each.tier == "pods" for each in self.subnets if each.cidr.subnet_of(cidr))

    def used(self, tier: Tier) -> dict[str, PlannedSubnet]:
        """The same, or the private subnets, which an existing VPC may have for other tiers too."""
        return self.tier(tier) or (self.tier("private") if tier in SHARED else {})

    @property
    def cidr(self) -> IPv4Network:
        """The VPC's primary CIDR block."""
        return self.cidrs[0]

    def parent(self, tier: Tier) -> IPv4Network:
        """The CIDR block of the VPC that a tier's subnets are in."""
        return self.cidrs[-1] if tier == "pods" else self.cidr

    @property
    def free(self) -> tuple[IPv4Network, ...]:
        """Addresses outside all subnets, in the fewest blocks, in ascending order of each CIDR."""
        taken = sorted(subnet.cidr for subnet in self.subnets)
        free: list[IPv4Network] = []
        for cidr in self.cidrs:
            cursor = int(cidr[0])
            for block in (block for block in taken if block.overlaps(cidr)):
                free += _blocks(cursor, int(block[0]) - 1)
                cursor = max(cursor, int(block[-1]) + 1)
            free += _blocks(cursor, int(cidr[-1]))
        return tuple(free)


def _blocks(first: int, last: int) -> Iterator[IPv4Network]:
    if first > last:
        return iter(())
    return summarize_address_range(IPv4Network(first)[0], IPv4Network(last)[0])


def plan(network: Network) -> IpPlan:
    """Computes the plan of a network.

    Every subnet gets a block, even one that does not fit; rules/network/subnets.py reports those.
    With `network.existing` the subnets are those that it names.
    """
    if network.existing is not None:
        return IpPlan(network.cidrs, tuple(_existing(network.existing)))
    return IpPlan(
        cidrs=network.cidrs,
        subnets=tuple(
            _subnet(network, tier, zone) for tier in TIERS for zone in zones(network, tier)
        ),
    )


def zones(network: Network, tier: Tier) -> list[str]:
    """The zone letters of a tier's subnets."""
    if network.existing is not None:
        return sorted(plan(network).used(tier))
    own = network.control_plane_subnets.zones if tier == "control_plane" else []
    return sorted(set(own or network.availability_zones))


def cidr_settings(network: Network) -> list[tuple[Path, IPv4Network]]:
    """The CIDR blocks of the VPC, each with the setting that says it."""
    if network.existing is not None:
        return [
            (("network", "existing", "cidrs", index), cidr)
            for index, cidr in enumerate(network.existing.cidrs)
        ]
    settings: tuple[Path, ...] = (("network", "cidr"), ("network", "pods", "secondary_cidr"))
    return list(zip(settings, network.cidrs, strict=False))


def given(network: Network, tier: Tier) -> dict[str, IPv4Network]:
    """The configured blocks of a tier, by zone letter."""
    settings: Subnets = getattr(network, SETTINGS[tier])
    return settings.cidrs


def _existing(existing: ExistingNetwork) -> Iterator[PlannedSubnet]:
    for tier in TIERS:
        subnets: ExistingSubnets = getattr(existing, tier)
        for zone, subnet in sorted(subnets.items()):
            yield PlannedSubnet(tier, zone, subnet.cidr, id=subnet.id)


def _subnet(network: Network, tier: Tier, zone: str) -> PlannedSubnet:
    cidr = given(network, tier).get(zone) or _default_block(network, tier, zone)
    share = network.pods.prefix_reservation if tier == "pods" else "none"
    return PlannedSubnet(tier, zone, cidr, _reservations(cidr, share))


def _default_block(network: Network, tier: Tier, zone: str) -> IPv4Network:
    parent = network.cidr
    block_length = min(parent.prefixlen + BLOCK_BITS, 32)
    block_size = 1 << (32 - block_length)
    private_length = network.private_subnets.prefix_length
    length, step = block_length, block_size
    if tier == "pods":
        first, secondary = PODS_FROM * block_size, network.pods.secondary_cidr
        if secondary is not None:
            parent, first = secondary, 0
        length = network.pods.prefix_length or min(parent.prefixlen + POD_BITS, 32)
        step = 1 << (32 - length)
    elif tier == "control_plane":
        first, length = FIRST_BLOCK[tier] * block_size, CONTROL_PLANE_LENGTH
        step = 1 << (32 - length)
    elif tier == "private" and private_length and private_length < block_length:
        first, length = LARGE_FROM * block_size, private_length
        step = 1 << (32 - length)
    else:
        first = FIRST_BLOCK[tier] * block_size
        length = (tier == "private" and private_length) or block_length
    size = 1 << (32 - length)
    offset = -(-first // size) * size + (ord(zone) - ord("a")) * step
    # IPv4Network cannot represent a block past the last address. The end of the address space is
    # outside every VPC, which is reported.
    address = min(int(parent[0]) + offset, (1 << 32) - size)
    return IPv4Network((address, length))


def _reservations(cidr: IPv4Network, share: str) -> tuple[IPv4Network, ...]:
    if share == "none" or cidr.prefixlen + 2 > PREFIX_LENGTH:
        return ()
    lower, upper = cidr.subnets()
    if share == "half":
        return (upper,)
    return (list(lower.subnets())[1], upper)
