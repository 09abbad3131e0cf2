"""Rules of the subnets and the IP plan."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import Final

from config.derived import ip_plan
from config.derived.ip_plan import PlannedSubnet
from config.environment import Environment
from config.problem import Problem
from config.sections.network import Network
from rules.network import VPC_PREFIX_LENGTHS
from rules.registry import rule

DEFAULT: Final = ("network", "cidr")
"""The setting that decides the blocks that are not set."""

PREFIX_LENGTH: Final = ("network", "private_subnets", "prefix_length")


SMALLEST_SUBNET: Final[dict[str, int]] = {"public": 27, "private": 28, "database": 28}
"""Longest prefix of a subnet in each tier: /28 is AWS's own limit, /27 that of a subnet with an
Application Load Balancer.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""


@rule("network")
def cidrs_are_of_used_zones(environment: Environment) -> Iterator[Problem]:
    """A configured block belongs to a zone of the VPC."""
    zones = environment.network.availability_zones
    for tier in ip_plan.TIERS:
        for zone in _given(environment.network, tier):
            if zone not in zones:
                yield Problem(
                    ("network", f"{tier}_subnets", "cidrs", zone),
                    "is a zone that network.availability_zones does not name",
                    zone,
                    ", ".join(sorted(set(zones))),
                )


@rule("network")
def written_subnets_fit(environment: Environment) -> Iterator[Problem]:
    """Configured blocks are inside the VPC and large enough."""
    network = environment.network
    if network.cidr.prefixlen not in VPC_PREFIX_LENGTHS:
        return
    used = set(network.availability_zones)
    for tier in ip_plan.TIERS:
        for zone, cidr in _given(network, tier).items():
            if zone in used:
                yield from _misfit(network, PlannedSubnet(tier, zone, cidr))


@rule("network")
def subnets_fit(environment: Environment) -> Iterator[Problem]:
    """Subnets lie inside the VPC, are large enough and do not overlap."""
    network = environment.network
    plan = ip_plan.plan(network)
    if plan.cidr.prefixlen not in VPC_PREFIX_LENGTHS:
        return
    if _is_too_small_for_the_plan(network):
        yield Problem(
            DEFAULT,
            "is too small for the address plan, which divides it into 256 blocks",
            str(plan.cidr),
            "a /16 to a /19, or your own blocks for every subnet",
        )
        return
    if _private_subnets_are_too_large(network):
        yield _smaller_private_subnets(network)
    for subnet in plan.subnets:
        if _path(network, subnet) == DEFAULT:
            yield from _misfit(network, subnet)
    inside = [subnet for subnet in plan.subnets if subnet.cidr.subnet_of(plan.cidr)]
    for first, second in combinations(inside, 2):
        if first.cidr.overlaps(second.cidr):
            blamed, other = _blamed(network, first, second)
            message = f"{_label(blamed)} overlaps {_label(other)}, {other.cidr}"
            yield Problem(_path(network, blamed), message, str(blamed.cidr))


@rule("network")
def prefix_reservation_has_room(environment: Environment) -> Iterator[Problem]:
    """A reservation contains at least one /28 prefix that can be assigned."""
    network = environment.network
    share = network.private_subnets.prefix_reservation
    if share == "none" or network.cidr.prefixlen not in VPC_PREFIX_LENGTHS:
        return
    if _is_too_small_for_the_plan(network):
        return
    tight = [
        subnet for subnet in ip_plan.plan(network).tier("private").values() if subnet.prefixes < 1
    ]
    if tight:
        blocks = ", ".join(str(subnet.cidr) for subnet in tight)
        yield Problem(
            ("network", "private_subnets", "prefix_reservation"),
            f"leaves no whole /28 prefix in {blocks}",
            share,
            "none, or private subnets of /26 or larger",
        )


def _misfit(network: Network, subnet: PlannedSubnet) -> Iterator[Problem]:
    path, shortest = _path(network, subnet), SMALLEST_SUBNET[subnet.tier]
    if not subnet.cidr.subnet_of(network.cidr):
        message = f"{_label(subnet)} is not inside the VPC {network.cidr}"
        yield Problem(path, message, str(subnet.cidr))
    elif subnet.cidr.prefixlen > shortest:
        allowed = f"a /{shortest} or larger"
        yield Problem(path, f"{_label(subnet)} is too small", str(subnet.cidr), allowed)


def _is_too_small_for_the_plan(network: Network) -> bool:
    return any(
        subnet.cidr.prefixlen > SMALLEST_SUBNET[subnet.tier] and _path(network, subnet) == DEFAULT
        for subnet in ip_plan.plan(network).subnets
    )


def _private_subnets_are_too_large(network: Network) -> bool:
    return any(
        _path(network, subnet) == PREFIX_LENGTH and not subnet.cidr.subnet_of(network.cidr)
        for subnet in ip_plan.plan(network).subnets
    )


def _smaller_private_subnets(network: Network) -> Problem:
    given = network.private_subnets.prefix_length or 0
    smaller = (
        length
        for length in range(given + 1, SMALLEST_SUBNET["private"] + 1)
        if not _private_subnets_are_too_large(_with_private_subnets_of(network, length))
    )
    largest = next(smaller, None)
    return Problem(
        PREFIX_LENGTH,
        f"makes {len(set(network.availability_zones))} private subnets that do not fit into the "
        f"VPC, {network.cidr}",
        given,
        f"{largest} or more" if largest else "blocks of your own for every subnet",
        str(largest or ""),
    )


def _with_private_subnets_of(network: Network, prefix_length: int) -> Network:
    update = {"prefix_length": prefix_length}
    subnets = network.private_subnets.model_copy(update=update)
    return network.model_copy(update={"private_subnets": subnets})


def _blamed(
    network: Network, first: PlannedSubnet, second: PlannedSubnet
) -> tuple[PlannedSubnet, PlannedSubnet]:
    """Puts the subnet with a configured block first, otherwise the later one."""
    if len(_path(network, first)) > len(_path(network, second)):
        return first, second
    return second, first


def _given(network: Network, tier: str) -> dict[str, IPv4Network]:
    return getattr(network, f"{tier}_subnets").cidrs


def _label(subnet: PlannedSubnet) -> str:
    return f"the {subnet.tier} subnet of zone {subnet.zone}"


def _path(network: Network, subnet: PlannedSubnet) -> tuple[str, ...]:
    """The setting that decided the subnet's block."""
    if subnet.zone in _given(network, subnet.tier):
        return ("network", f"{subnet.tier}_subnets", "cidrs", subnet.zone)
    if subnet.tier == "private" and network.private_subnets.prefix_length is not None:
        return PREFIX_LENGTH
    return DEFAULT
