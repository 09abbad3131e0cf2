"""What two environments behind one load balancer cannot both have."""

from collections.abc import Iterator
from typing import Any, Final

from config.derived import ip_plan
from config.environment import Environment
from config.problem import Path, Problem
from rules.edge.shared import OWNER, WEIGHTS

EQUAL: Final = ("load_balancer", "hosted_zone", "domain_names", "tls")
"""Properties of `edge` by which the platform configures what is behind the load balancer."""


def owners_weigh_their_members(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """Owner and members name each other."""
    if one.edge.owner == other.name and one.name not in other.edge.weights:
        message = f"has no weight for this environment in edge.weights, in {file}"
        yield Problem(OWNER, message, one.edge.owner)
    weight = None if one.edge.owner or one.name == other.name else one.edge.weights.get(other.name)
    if weight is not None and other.edge.owner != one.name:
        message = f"does not name this environment as its edge.owner, in {file}"
        yield Problem((*WEIGHTS, other.name), message, weight)


def members_are_in_the_vpc(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Target groups have IP addresses of one VPC, and its nodes admit the owner's security group.

    The ids of a VPC that the owner makes are known after its first apply; its address blocks
    before.
    """
    if one.edge.owner != other.name:
        return
    for key in ("partition", "account", "region"):
        value, expected = getattr(one, key), getattr(other, key)
        if value != expected:
            message = f"is of {key} {expected} in {file}, and this environment of {value}"
            yield Problem(OWNER, message, one.edge.owner, "an owner beside it")
            return
    existing, known = one.network.existing, other.network.existing
    if existing is None:
        return
    if known is not None and existing.vpc_id != known.vpc_id:
        path: Path = ("network", "existing", "vpc_id")
        yield Problem(path, f"is not the VPC of {file}", existing.vpc_id, known.vpc_id)
    own, public = _public(one), _public(other)
    if own != public:
        path = ("network", "existing", "public")
        message = f"are not the public subnets of {file}, where the load balancer is"
        yield Problem(path, message, own, ", ".join(public.values()))


def members_agree_with_the_owner(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """What the load balancer does is the same for all that are behind it."""
    if one.edge.owner != other.name:
        return
    for key in EQUAL:
        if getattr(one.edge, key) != getattr(other.edge, key):
            path: Path = ("edge",) if key == "tls" else ("edge", key)
            message = f"differs from {file}, which has the load balancer"
            yield Problem(path, message, involved=(OWNER,))


def share_a_load_balancer(one: Environment, other: Environment) -> bool:
    """Whether one is behind the load balancer of the other, or both behind that of a third."""
    owners = {each.edge.owner or each.name for each in (one, other)}
    return len(owners) == 1


def _public(environment: Environment) -> dict[str, Any]:
    tier = ip_plan.plan(environment.network).tier("public")
    return {zone: str(subnet.cidr) for zone, subnet in tier.items()}


CHECKS: Final = (owners_weigh_their_members, members_are_in_the_vpc, members_agree_with_the_owner)
