"""Rules of the subnets and the IP plan."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import Final

from config.derived import ip_plan
from config.derived.ip_plan import PlannedSubnet, Tier
from config.environment import Environment
from config.problem import Problem
from config.sections.network import Network
from config.types.zones import zones_of
from rules.network.vpc import VPC_PREFIX_LENGTHS
from rules.registration import rule

DEFAULT: Final = ("network", "cidr")
"""The setting that decides the blocks that are not set."""

SECONDARY: Final = ("network", "pods", "secondary_cidr")

SIZED: Final[dict[Tier, tuple[str, str, str]]] = {
    "private": ("network", "private_subnets", "prefix_length"),
    "pods": ("network", "pods", "prefix_length"),
}
"""The settings of the size of a tier's subnets."""

SMALLEST_SUBNET: Final[dict[Tier, int]] = {
    "public": 27,
    "private": 28,
    "database": 28,
    "control_plane": 28,
    "pods": 28,
}
"""Longest prefix of a subnet in each tier: /28 is AWS's own limit, /27 that of a subnet with an
Application Load Balancer.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""


@rule("network")
def cidrs_are_of_used_zones(environment: Environment) -> Iterator[Problem]:
    """A configured block belongs to a zone of its tier."""
    network = environment.network
    for tier in ip_plan.TIERS:
        zones, names = network.availability_zones, "network.availability_zones"
        if tier == "control_plane" and network.control_plane_subnets.zones:
            zones = network.control_plane_subnets.zones
            names = "network.control_plane_subnets.zones"
        for zone in ip_plan.given(network, tier):
            if zone not in zones:
                yield Problem(
                    ("network", ip_plan.SETTINGS[tier], "cidrs", zone),
                    f"is a zone that {names} does not name",
                    zone,
                    ", ".join(sorted(set(zones))),
                )


@rule("network")
def control_plane_has_zones(environment: Environment) -> Iterator[Problem]:
    """The control plane is in two or more different zones of the VPC.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    network, path = environment.network, ("network", "control_plane_subnets", "zones")
    known, zones = sorted(set(network.availability_zones)), network.control_plane_subnets.zones
    for index, zone in enumerate(zones):
        if zone in zones[:index]:
            yield Problem((*path, index), "is a duplicate", zone)
        elif zone not in known:
            message = "is a zone that network.availability_zones does not name"
            yield Problem((*path, index), message, zone, ", ".join(known))
    if len(set(zones)) == 1:
        message = "is too few: EKS needs subnets in two zones"
        yield Problem(path, message, list(zones), f"two or more of {', '.join(known)}")


@rule("network")
def written_subnets_fit(environment: Environment) -> Iterator[Problem]:
    """Configured blocks are inside the VPC and large enough."""
    network = environment.network
    if network.cidr.prefixlen not in VPC_PREFIX_LENGTHS:
        return
    for tier in ip_plan.TIERS:
        used = ip_plan.zones(network, tier)
        for zone, cidr in ip_plan.given(network, tier).items():
            if zone in used:
                yield from _misfit(network, PlannedSubnet(tier, zone, cidr))


@rule("region", "network")
def subnets_fit(environment: Environment) -> Iterator[Problem]:
    """Subnets lie inside the VPC, are large enough and do not overlap."""
    network, zones = environment.network, zones_of(environment.region)
    if network.existing is not None:
        return
    plan = ip_plan.plan(network)
    if plan.cidr.prefixlen not in VPC_PREFIX_LENGTHS:
        return
    if not set(network.availability_zones) <= {*zones.letters, *zones.some}:
        return
    if _is_too_small_for_the_plan(network):
        yield Problem(
            DEFAULT,
            "is too small for the address plan, which divides it into 256 blocks",
            str(plan.cidr),
            "a /16 to a /19, or your own blocks for every subnet",
        )
        return
    too_large: list[Tier] = [tier for tier in SIZED if _too_large(network, tier)]
    if too_large:
        yield from (_smaller(network, tier) for tier in too_large)
        return
    for subnet in plan.subnets:
        if _path(network, subnet) == DEFAULT:
            yield from _misfit(network, subnet)
    inside = [subnet for subnet in plan.subnets if subnet.cidr.subnet_of(plan.parent(subnet.tier))]
    for first, second in combinations(inside, 2):
        if first.cidr.overlaps(second.cidr):
            blamed, other = _blamed(network, first, second)
            message = f"{blamed.label} overlaps {other.label}, {other.cidr}"
            yield Problem(_path(network, blamed), message, str(blamed.cidr))


@rule("network")
def prefix_reservation_has_room(environment: Environment) -> Iterator[Problem]:
    """A reservation contains at least one /28 prefix that can be assigned."""
    network = environment.network
    share = network.pods.prefix_reservation
    if (
        network.existing is not None
        or share == "none"
        or network.cidr.prefixlen not in VPC_PREFIX_LENGTHS
    ):
        return
    if _is_too_small_for_the_plan(network):
        return
    pods = ip_plan.plan(network).tier("pods").values()
    tight = [subnet for subnet in pods if subnet.prefixes < 1]
    if tight:
        blocks = ", ".join(str(subnet.cidr) for subnet in tight)
        yield Problem(
            ("network", "pods", "prefix_reservation"),
            f"leaves no whole /28 prefix in {blocks}",
            share,
            "none, or pod subnets of /26 or larger",
            involved=(("network", "pods"), ("network",)),
        )


def _misfit(network: Network, subnet: PlannedSubnet) -> Iterator[Problem]:
    path, shortest = _path(network, subnet), SMALLEST_SUBNET[subnet.tier]
    parent = ip_plan.plan(network).parent(subnet.tier)
    if not subnet.cidr.subnet_of(parent):
        message = f"{subnet.label} is not inside {_block_name(network, parent)}"
        yield Problem(path, message, str(subnet.cidr))
    elif subnet.cidr.prefixlen > shortest:
        allowed = f"a /{shortest} or larger"
        yield Problem(path, f"{subnet.label} is too small", str(subnet.cidr), allowed)


def _is_too_small_for_the_plan(network: Network) -> bool:
    return any(
        subnet.cidr.prefixlen > SMALLEST_SUBNET[subnet.tier] and _path(network, subnet) == DEFAULT
        for subnet in ip_plan.plan(network).subnets
    )


def _too_large(network: Network, tier: Tier) -> bool:
    """Whether subnets whose blocks follow from their size do not fit beside the others."""
    plan = ip_plan.plan(network)
    sized = [each for each in plan.tier(tier).values() if _path(network, each) == SIZED[tier]]
    # Where both tiers have too little room, the private subnets are reported: they have a size only
    # if the file sets it.
    fixed = (DEFAULT, SIZED["pods"]) if tier == "private" else (DEFAULT,)
    others = [each for each in plan.subnets if _path(network, each) in fixed]
    return any(
        not each.cidr.subnet_of(plan.parent(tier))
        or any(each.cidr.overlaps(other.cidr) for other in others)
        for each in sized
    )


def _smaller(network: Network, tier: Tier) -> Problem:
    """Names the largest size of a tier's subnets with which they fit."""
    plan = ip_plan.plan(network)
    sizes = [each.cidr.prefixlen for each in plan.tier(tier).values()]
    given = getattr(network, ip_plan.SETTINGS[tier]).prefix_length
    smaller = (
        length
        for length in range(min(sizes) + 1, SMALLEST_SUBNET[tier] + 1)
        if not _too_large(_with_subnets_of(network, tier, length), tier)
    )
    largest = next(smaller, None)
    choices = [f"{largest} or more"] if largest else []
    choices.append(f"blocks of your own in network.{ip_plan.SETTINGS[tier]}.cidrs")
    if len(plan.cidrs) == 1:
        choices.append("pod subnets in network.pods.secondary_cidr")
    return Problem(
        SIZED[tier],
        f"makes {len(sizes)} {ip_plan.LABELS[tier]} subnets that do not fit into "
        f"{_block_name(network, plan.parent(tier))} beside the others",
        given or min(sizes),
        ", or ".join(choices),
        str(largest or ""),
        involved=(("network", "pods"), ("network", "availability_zones"), ("network",)),
    )


def _with_subnets_of(network: Network, tier: Tier, prefix_length: int) -> Network:
    key = ip_plan.SETTINGS[tier]
    subnets = getattr(network, key).model_copy(update={"prefix_length": prefix_length})
    return network.model_copy(update={key: subnets})


def _blamed(
    network: Network, first: PlannedSubnet, second: PlannedSubnet
) -> tuple[PlannedSubnet, PlannedSubnet]:
    """Puts the subnet with a configured block first, otherwise the later one."""
    if len(_path(network, first)) > len(_path(network, second)):
        return first, second
    return second, first


def _block_name(network: Network, cidr: IPv4Network) -> str:
    return f"the VPC {cidr}" if cidr == network.cidr else f"the secondary CIDR block {cidr}"


def _path(network: Network, subnet: PlannedSubnet) -> tuple[str, ...]:
    """The setting that decided the subnet's block."""
    tier = subnet.tier
    if subnet.zone in ip_plan.given(network, tier):
        return ("network", ip_plan.SETTINGS[tier], "cidrs", subnet.zone)
    if tier == "pods" or (tier == "private" and network.private_subnets.prefix_length is not None):
        return SIZED[tier]
    return DEFAULT
