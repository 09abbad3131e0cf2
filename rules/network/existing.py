"""Rules of `network.existing`: what it replaces, and what subnets of others must be like."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from config.derived import ip_plan
from config.derived.front_doors import front_doors
from config.derived.ip_plan import PlannedSubnet, Tier
from config.environment import Environment
from config.problem import Path, Problem
from rules.network.subnets import SMALLEST_SUBNET
from rules.network.vpc import NO_HOSTS, RECOMMENDED, VPC_PREFIX_LENGTHS
from rules.registration import rule

EXISTING: Final[Path] = ("network", "existing")

REPLACED: Final = (
    "cidr",
    "public_subnets",
    "private_subnets",
    "database_subnets",
    "control_plane_subnets",
    "pods",
    "nat",
    "nat_zone",
)
"""Settings of what the network stack makes in a VPC of its own."""

IN_EVERY_ZONE: Final[tuple[Tier, ...]] = ("private", "pods")
"""Tiers that nodes and their pods use: a zone's nodes need a subnet of it."""

FEWEST_ZONES: Final[dict[Tier, int]] = {"control_plane": 2, "database": 2}
"""https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"""

BALANCED_ZONES: Final = {"alb": 2, "nlb": 1}
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""


@rule("network")
def existing_vpc_replaces_settings(environment: Environment) -> Iterator[Problem]:
    """Settings of a VPC that the network stack makes are not set beside an existing one."""
    network = environment.network
    if network.existing is None:
        return
    for key in REPLACED:
        if key in network.model_fields_set:
            message = "is for a VPC that the network stack makes, and network.existing names one"
            yield Problem(
                ("network", key), message, allowed="not set, or null over an inherited value"
            )


@rule("network")
def existing_subnets_are_in_the_zones(environment: Environment) -> Iterator[Problem]:
    """Each zone has a private subnet, and one of pods if any has; no other zone has a subnet."""
    existing, zones = environment.network.existing, environment.network.availability_zones
    if existing is None:
        return
    for tier in ip_plan.TIERS:
        subnets, path = getattr(existing, tier), (*EXISTING, tier)
        for zone in subnets:
            if zone not in zones:
                message = "is a zone that network.availability_zones does not name"
                yield Problem((*path, zone), message, zone, ", ".join(sorted(set(zones))))
        missing = sorted({zone for zone in zones if zone not in subnets})
        if tier in IN_EVERY_ZONE and subnets and missing:
            message = f"has no subnet of zone {', '.join(missing)}"
            allowed = "one for each zone of network.availability_zones"
            involved = (("network", "availability_zones"), EXISTING)
            yield Problem(path, message, sorted(subnets), allowed, involved=involved)
        if 0 < len(subnets) < FEWEST_ZONES.get(tier, 1):
            message = "has a subnet in one zone only"
            yield Problem(path, message, sorted(subnets), "subnets in two zones or more, or none")


@rule("network")
def existing_subnets_differ(environment: Environment) -> Iterator[Problem]:
    """No subnet is named twice, and no two have addresses in common."""
    subnets = _subnets(environment)
    for first, second in combinations(subnets, 2):
        if first.id == second.id:
            yield Problem((*_path(second), "id"), f"is also {first.label}", second.id)
        elif first.cidr.overlaps(second.cidr):
            message = f"overlaps {first.label}, {first.cidr}"
            yield Problem((*_path(second), "cidr"), message, str(second.cidr))


@rule("network")
def existing_subnets_fit(environment: Environment) -> Iterator[Problem]:
    """Subnets lie inside a CIDR block of the VPC and are large enough."""
    cidrs = environment.network.cidrs
    for subnet in _subnets(environment):
        path, longest = (*_path(subnet), "cidr"), SMALLEST_SUBNET[subnet.tier]
        if not any(subnet.cidr.subnet_of(cidr) for cidr in cidrs):
            message = "is in no CIDR block of network.existing.cidrs"
            yield Problem(path, message, str(subnet.cidr), f"within {', '.join(map(str, cidrs))}")
        elif subnet.cidr.prefixlen > longest:
            message = f"{subnet.label} is too small"
            yield Problem(path, message, str(subnet.cidr), f"a /{longest} or larger")


@rule("network")
def existing_cidrs_are_those_of_a_vpc(environment: Environment) -> Iterator[Problem]:
    """The CIDR blocks are of a size that a VPC has, have addresses for hosts, and differ."""
    existing = environment.network.existing
    for index, cidr in enumerate(existing.cidrs if existing else ()):
        path = (*EXISTING, "cidrs", index)
        if cidr.prefixlen not in VPC_PREFIX_LENGTHS:
            yield Problem(path, "is not a size that a VPC can have", str(cidr), "a /16 to a /28")
        if any(cidr.overlaps(block) for block in NO_HOSTS):
            message = "has addresses that hosts cannot have"
            yield Problem(path, message, str(cidr), f"within {RECOMMENDED}")
        for other in environment.network.cidrs[:index]:
            if cidr.overlaps(other):
                yield Problem(path, f"overlaps {other}", str(cidr))


@rule("network", "edge")
def load_balancers_have_subnets(environment: Environment) -> Iterator[Problem]:
    """A load balancer needs subnets, in two zones for an Application Load Balancer.

    Those of the public one are public, those of the internal one private.
    """
    existing = environment.network.existing
    for door in front_doors(environment) if existing is not None else ():
        type_, of = door.settings.load_balancer, ".".join(map(str, door.path))
        fewest, found = BALANCED_ZONES[type_], sorted(getattr(existing, door.tier))
        if len(found) < fewest:
            message = f"has too few subnets for the load balancer of {of} ({type_})"
            allowed = f"subnets in {fewest} zones or more, or {of}.enabled: false"
            involved = (EXISTING,)
            yield Problem((*EXISTING, door.tier), message, found, allowed, "", involved)


@rule("network", "edge")
def inspection_has_its_own_vpc(environment: Environment) -> Iterator[Problem]:
    """`edge.inspection` changes the routes of the VPC, which the network stack must own."""
    if environment.network.existing is not None and environment.edge.inspection.enabled:
        message = "changes the routes of the VPC, and that of network.existing belongs to others"
        path = ("edge", "inspection", "enabled")
        yield Problem(path, message, value=True, allowed="false", suggestion="false")


@rule("account", "network")
def shared_subnets_have_an_owner(environment: Environment) -> Iterator[Problem]:
    """In shared subnets, flow logs and endpoints are the owner's.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html,
    https://repost.aws/knowledge-center/vpc-interface-endpoint-creation-errors
    """
    network, existing = environment.network, environment.network.existing
    if existing is None or existing.owner is None:
        return
    if existing.owner == environment.account:
        message = "is the environment's own account"
        yield Problem((*EXISTING, "owner"), message, existing.owner, "the owner's, or not set")
        return
    for path, value, refused in (
        (("network", "flow_logs", "enabled"), True, network.writes_flow_logs),
        (
            ("network", "interface_endpoints"),
            network.interface_endpoints,
            network.interface_endpoints != "none",
        ),
        (
            ("network", "additional_interface_endpoints"),
            list(network.additional_interface_endpoints),
            bool(network.additional_interface_endpoints),
        ),
    ):
        if refused:
            message = f"is for the owner of the VPC, account {existing.owner}, alone"
            yield Problem(path, message, value, involved=((*EXISTING, "owner"),))


@rule("network", severity="warning")
def pods_have_subnets_of_their_own(environment: Environment) -> Iterator[Problem]:
    """Network policies tell pods from nodes, and from the control plane, by their subnets."""
    existing = environment.network.existing
    if existing is None:
        return
    for tier, what in (("pods", "pods have"), ("control_plane", "the Kubernetes API has")):
        if not getattr(existing, tier):
            message = (
                f"is not set: {what} addresses of the private subnets, so that a network policy "
                "that allows one of nodes, pods and the Kubernetes API there allows all of them"
            )
            yield Problem((*EXISTING, tier), message, involved=(EXISTING,))


def _subnets(environment: Environment) -> tuple[PlannedSubnet, ...]:
    network = environment.network
    return ip_plan.plan(network).subnets if network.existing is not None else ()


def _path(subnet: PlannedSubnet) -> Path:
    return (*EXISTING, subnet.tier, subnet.zone)
