"""Rules of the `fleet` section of one environment."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

HUB: Final[Path] = ("fleet", "hub")
SPOKES: Final[Path] = ("fleet", "spokes")

PEERED_REGIONS: Final = 3
"""With more regions, routes and peering connections are more than those of a transit gateway.
https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/transit-gateway-vs-vpc-peering.html"""


@rule("regions", "fleet")
def the_hub_is_one_of_the_regions(environment: Environment) -> Iterator[Problem]:
    """With `regions` the hub is one of them, and needs no list of spokes."""
    fleet, regions = environment.fleet, environment.regions
    if not regions:
        return
    if fleet.hub is not None and fleet.hub not in regions:
        yield Problem(HUB, "is not in `regions`", fleet.hub, ", ".join(regions))
    if fleet.spokes:
        message = "has no effect with `regions`: a hub manages those that name it"
        yield Problem(SPOKES, message, list(fleet.spokes))


@rule("name", "regions", "fleet")
def an_environment_is_hub_or_spoke(environment: Environment) -> Iterator[Problem]:
    """Without `regions`, a hub names its spokes and a spoke its hub; none names itself."""
    fleet = environment.fleet
    if environment.regions:
        return
    if fleet.hub is not None and fleet.spokes:
        message = "is for a spoke, and fleet.spokes for a hub"
        yield Problem(HUB, message, fleet.hub, "one of the two")
    if fleet.hub == environment.name:
        message = "is this environment: a hub has fleet.spokes instead"
        yield Problem(HUB, message, fleet.hub)
    for index, name in enumerate(fleet.spokes):
        if name == environment.name:
            yield Problem((*SPOKES, index), "is this environment, which is the hub", name)
        elif name in fleet.spokes[:index]:
            yield Problem((*SPOKES, index), "is in the list twice", name)


@rule("regions", "fleet")
def fleet_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """Labels are for a cluster of a fleet, and applications for a hub."""
    fleet = environment.fleet
    if fleet.labels and not (fleet.hub or fleet.spokes):
        message = "has no effect without fleet.hub or fleet.spokes"
        yield Problem(("fleet", "labels"), message, fleet.labels)
    if fleet.applications and not (fleet.spokes or (environment.regions and fleet.hub)):
        message = "has no effect: the hub deploys them"
        yield Problem(("fleet", "applications"), message)


@rule("cluster", "fleet", severity="warning")
def the_hub_reaches_a_public_api(environment: Environment) -> Iterator[Problem]:
    """The hub reaches a public Kubernetes API from the addresses of its NAT gateways."""
    endpoint, hub = environment.cluster.endpoint, environment.fleet.hub
    if hub in {None, environment.region if environment.regions else None}:
        return
    if endpoint.public and not endpoint.allow_public_access_from_anywhere:
        message = f"must have the output nat_public_ips of the network stack of the hub {hub}"
        cidrs = [str(cidr) for cidr in endpoint.public_access_cidrs]
        path = ("cluster", "endpoint", "public_access_cidrs")
        yield Problem(path, message, cidrs, "a private API, which the hub reaches through peering")


@rule("region", "regions", "cluster", "fleet", severity="warning")
def a_large_fleet_has_a_transit_gateway(environment: Environment) -> Iterator[Problem]:
    """Every private API is reached through a peering connection of its own."""
    fleet = environment.fleet
    members = len(environment.regions) or len(fleet.spokes) + 1
    is_hub = fleet.hub == environment.region if environment.regions else bool(fleet.spokes)
    if is_hub and members > PEERED_REGIONS and not environment.cluster.endpoint.public:
        message = "makes a peering connection for each spoke; use a transit gateway for so many"
        yield Problem(HUB if environment.regions else SPOKES, message, members)


@rule("region", "regions", "fleet", "platform")
def the_hub_has_argo_cd(environment: Environment) -> Iterator[Problem]:
    """The hub's Argo CD manages the clusters."""
    fleet = environment.fleet
    is_hub = fleet.hub == environment.region if environment.regions else bool(fleet.spokes)
    if is_hub and not environment.platform.argo_cd.enabled:
        message = "is switched off, and this environment is the hub of a fleet"
        path = ("platform", "argo_cd", "enabled")
        yield Problem(path, message, value=False, involved=(HUB, SPOKES))
