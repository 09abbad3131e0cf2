"""What two environments of one fleet cannot both have."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Path, Problem
from rules.regions.fleet import HUB, SPOKES


def fleets_have_one_hub(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Hub and spokes name each other."""
    if one.regions or other.regions:
        yield from _regions_have_one_hub(one, other, file)
        return
    if one.fleet.hub == other.name and one.name not in other.fleet.spokes:
        message = f"does not name this environment in fleet.spokes, in {file}"
        yield Problem(HUB, message, one.fleet.hub)
    for index, name in enumerate(one.fleet.spokes):
        if name == other.name and other.fleet.hub != one.name:
            message = f"does not name this environment as its fleet.hub, in {file}"
            yield Problem((*SPOKES, index), message, name)


def fleets_are_of_one_account(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """The hub's stacks read the states of its spokes with the credentials of its own account."""
    if not _is_spoke_of(one, other):
        return
    for key in ("partition", "account"):
        value, expected = getattr(one, key), getattr(other, key)
        if value != expected:
            message = f"is of {key} {expected} in {file}, and this environment of {value}"
            allowed = "a hub of the same account, or platform.argo_cd.clusters of the hub"
            yield Problem(HUB, message, one.fleet.hub, allowed)
            return


def fleets_have_different_cluster_names(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """The hub's Argo CD has each spoke by the name of its environment."""
    if _is_spoke_of(other, one) and other.name in one.platform.argo_cd.clusters:
        message = f"is also the name of a spoke, in {file}"
        yield Problem(("platform", "argo_cd", "clusters", other.name), message)


def peered_vpcs_are_made_here(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Peering of hub and spoke adds routes to their VPCs, which the network stacks must own."""
    spoke = next((a for a, b in ((one, other), (other, one)) if _is_spoke_of(a, b)), None)
    if spoke is None or spoke.cluster.endpoint.public or one.network.existing is None:
        return
    message = (
        "belongs to others, and the hub of the fleet reaches a private Kubernetes API through "
        f"routes of a peering connection with {file}"
    )
    allowed = "a VPC that the network stack makes, or a public API"
    path = ("network", "existing", "vpc_id")
    yield Problem(path, message, one.network.existing.vpc_id, allowed)


def are_of_one_fleet(one: Environment, other: Environment) -> bool:
    """Whether both are of one fleet without `regions`: hub and spoke, or spokes of one hub."""
    if one.regions or other.regions:
        return False
    of_one_hub = one.fleet.hub is not None and one.fleet.hub == other.fleet.hub
    return _is_spoke_of(one, other) or _is_spoke_of(other, one) or of_one_hub


def _is_spoke_of(one: Environment, other: Environment) -> bool:
    wanted = one.fleet.hub
    if one.regions:
        return one.shares_platform(other) and wanted == other.region != one.region
    return not other.regions and wanted == other.name


def _regions_have_one_hub(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    wanted, path = one.fleet.hub, HUB
    if not one.shares_platform(other) or wanted is None:
        return
    involved: tuple[Path, ...] = (("fleet",),)
    if other.fleet.hub is not None and other.fleet.hub != wanted:
        message = f"differs from {file}: a fleet has one hub"
        yield Problem(path, message, wanted, involved=involved)
    elif wanted == other.region and other.fleet.hub is None:
        message = f"is a region that is not in the fleet: its own fleet.hub is empty, in {file}"
        yield Problem(path, message, wanted, involved=involved)
