"""Rules of the `network` section: the VPC, its zones, and its internet access."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from config.environment import Environment
from config.problem import Problem
from config.types.zones import zones_of
from modules.network.endpoint_services import interface_endpoint_id, needed_services
from rules.registration import rule

VPC_PREFIX_LENGTHS: Final = range(16, 29)
"""https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""

NO_HOSTS: Final = tuple(
    IPv4Network(block)
    for block in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
)
"""Blocks that are not routable: this network, loopback, link-local, multicast and
reserved. https://www.iana.org/assignments/iana-ipv4-special-registry,
https://www.iana.org/assignments/multicast-addresses"""

RECOMMENDED: Final = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
"""https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""

ZONE = ("network", "nat_zone")

ZONES: Final = ("network", "availability_zones")


@rule("network")
def vpc_has_an_allowed_size(environment: Environment) -> Iterator[Problem]:
    """A VPC is a /16 to a /28."""
    cidr = environment.network.cidr
    if cidr.prefixlen not in VPC_PREFIX_LENGTHS:
        yield Problem(
            ("network", "cidr"), "is not a size that a VPC can have", str(cidr), "a /16 to a /28"
        )


@rule("network")
def vpc_addresses_are_for_hosts(environment: Environment) -> Iterator[Problem]:
    """A VPC's addresses are valid for hosts."""
    cidr = environment.network.cidr
    for block in NO_HOSTS:
        if cidr.overlaps(block):
            message = f"has addresses of {block}, which hosts cannot have"
            yield Problem(("network", "cidr"), message, str(cidr), f"within {RECOMMENDED}")


@rule("network")
def zones_are_named_once(environment: Environment) -> Iterator[Problem]:
    """Each Availability Zone appears once."""
    zones = environment.network.availability_zones
    for index, zone in enumerate(zones):
        if zone in zones[:index]:
            path = ("network", "availability_zones", index)
            yield Problem(path, "is a duplicate", zone)


@rule("region", "network")
def zones_exist(environment: Environment) -> Iterator[Problem]:
    """The region has the zones, and an account has as many."""
    region, named = environment.region, environment.network.availability_zones
    zones = zones_of(region)
    for index, letter in enumerate(named):
        if letter not in zones.letters + zones.some:
            message = f"is not a zone of {region}"
            allowed = ", ".join(sorted(zones.letters + zones.some))
            yield Problem(("network", "availability_zones", index), message, letter, allowed)
    if len(set(named)) > zones.count:
        message = f"are more zones than an account has in {region}"
        yield Problem(ZONES, message, list(named), str(zones.count), involved=(("region",),))


@rule("region", "network", severity="warning")
def zones_are_those_of_the_account(environment: Environment) -> Iterator[Problem]:
    """Zones differ by account in some regions, and EKS has no control plane in some zones.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    region, named = environment.region, environment.network.availability_zones
    zones = zones_of(region)
    command = f"`aws ec2 describe-availability-zones --region {region}`"
    uncertain = sorted(set(named) & set(zones.some))
    if uncertain:
        message = f"names {', '.join(uncertain)}, which not every account has in {region}"
        involved = (("region",),)
        yield Problem(ZONES, f"{message}: see {command}", list(named), involved=involved)
    if zones.without_eks:
        message = (
            f"may contain {zones.without_eks}, where EKS makes no control plane; its letter is "
            f"another in each account: see {command}"
        )
        allowed = "other zones here, or for the control plane in control_plane_subnets.zones"
        yield Problem(ZONES, message, list(named), allowed, involved=(("region",),))


@rule("network")
def nodes_reach_aws(environment: Environment) -> Iterator[Problem]:
    """Without NAT, nodes need interface endpoints to pull images and to join the cluster."""
    network = environment.network
    if network.nat == "none" and network.interface_endpoints == "none":
        yield Problem(
            ("network", "interface_endpoints"),
            "leaves the nodes without access to AWS, since network.nat is none",
            "none",
            "private_cluster",
            involved=(("network", "nat"),),
        )


@rule("network")
def endpoints_have_no_prefix(environment: Environment) -> Iterator[Problem]:
    """The prefix of an endpoint's service name is added automatically.

    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    for index, service in enumerate(environment.network.additional_interface_endpoints):
        prefix = re.match(r"(cn\.)?com\.amazonaws\.([a-z]+(-[a-z]+)+-[0-9]\.)?", service)
        if prefix is not None:
            yield Problem(
                ("network", "additional_interface_endpoints", index),
                "begins with the prefix that is added automatically",
                service,
                suggestion=service[prefix.end() :],
            )


@rule("network")
def nat_zone_is_used(environment: Environment) -> Iterator[Problem]:
    """The zone of a single NAT gateway is one of the VPC's, and set only with a single gateway."""
    network = environment.network
    if network.nat_zone is None:
        return
    if network.nat != "single":
        message = f"has no effect, since network.nat is {network.nat}"
        yield Problem(ZONE, message, network.nat_zone, "this with network.nat: single")
    elif network.nat_zone not in network.availability_zones:
        zones = ", ".join(sorted(network.availability_zones))
        message = "is a zone that network.availability_zones does not name"
        yield Problem(ZONE, message, network.nat_zone, zones)


@rule("network", "guardduty")
def endpoints_are_named_once(environment: Environment) -> Iterator[Problem]:
    """Services are unique, also in other spellings (`ecr.api` and `ecr-api`).

    Two spellings would have the same address in Terraform, and AWS has one of them only.
    """
    needed = {interface_endpoint_id(service): service for service in needed_services(environment)}
    named: dict[str, str] = {}
    for index, service in enumerate(environment.network.additional_interface_endpoints):
        path = ("network", "additional_interface_endpoints", index)
        id_ = interface_endpoint_id(service)
        if named.get(id_) == service:
            yield Problem(path, "is a duplicate", service)
        elif (other := named.get(id_) or needed.get(id_, service)) != service:
            yield Problem(
                path, "is another spelling of a service that has an endpoint", service, other
            )
        named.setdefault(id_, service)
