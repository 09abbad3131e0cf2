"""Rules of the domain names of a platform in several regions."""

from collections.abc import Iterator
from typing import Final

from config.derived import routing
from config.environment import Environment
from config.problem import Path, Problem
from rules.edge.load_balancer import CERTIFICATE_NAMES
from rules.registration import rule

POLICY: Final = ("routing", "policy")

FAILOVER_REGIONS: Final = 2
"""A failover has one primary and one secondary record.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-failover.html"""

ANYWHERE: Final = "0.0.0.0/0"


@rule("regions", "routing")
def routing_has_regions(environment: Environment) -> Iterator[Problem]:
    """There are regions to distribute requests to."""
    policy = environment.routing.policy
    if policy != "none" and not environment.regions:
        yield Problem(POLICY, "has no effect without `regions`", policy, "none")
    if policy == "failover" and len(environment.regions) > FAILOVER_REGIONS:
        message = f"has two regions, and `regions` has {len(environment.regions)}"
        yield Problem(POLICY, message, policy, "latency, weighted, accelerator")


@rule("regions", "routing")
def routing_names_regions_that_exist(environment: Environment) -> Iterator[Problem]:
    """`primary`, `state_region` and `weights` name regions of the platform."""
    if not environment.regions:
        return
    settings = environment.routing
    named: list[tuple[Path, str | None]] = [
        (("routing", "primary"), settings.primary),
        (("routing", "state_region"), settings.state_region),
        *((("routing", "weights", region), region) for region in settings.weights),
    ]
    for path, region in named:
        if region is not None and region not in environment.regions:
            yield Problem(path, "is not in `regions`", region, ", ".join(environment.regions))
    if not any(each.routed for each in environment.regions.values()):
        first = next(iter(environment.regions))
        yield Problem(("regions", first, "routed"), "is false in every region", value=False)
    elif (
        settings.policy == "failover"
        and not environment.regions.get(
            routing.primary(environment), environment.regions[environment.region]
        ).routed
    ):
        path = ("regions", routing.primary(environment), "routed")
        message = "is false in the primary region; name another one in routing.primary"
        yield Problem(path, message, value=False)


@rule("edge", "routing", "regions")
def routing_has_a_public_zone(environment: Environment) -> Iterator[Problem]:
    """Names that are routed are in a public hosted zone, and lead to load balancers."""
    if not routing.is_routed(environment):
        return
    edge, why = environment.edge, f"is needed for routing.policy: {environment.routing.policy}"
    if not edge.enabled:
        yield Problem(("edge", "enabled"), why, value=False)
    if edge.hosted_zone is None:
        yield Problem(("edge", "hosted_zone"), why)
    elif edge.hosted_zone.private:
        message = "is private: Route 53 checks the health of public addresses only"
        yield Problem(("edge", "hosted_zone", "private"), message, value=True)


@rule("edge", "routing", "regions")
def health_checkers_reach_the_load_balancer(environment: Environment) -> Iterator[Problem]:
    """Route 53's checkers connect from addresses of their own.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html
    """
    cidrs = [str(cidr) for cidr in environment.edge.cidrs]
    if routing.checks_health(environment) and ANYWHERE not in cidrs:
        message = "excludes the health checkers of Route 53, so that every region is unhealthy"
        allowed = f"[{ANYWHERE}]; limit clients with AWS WAF"
        yield Problem(("edge", "cidrs"), message, cidrs, allowed)


@rule("edge", "routing", "regions")
def certificates_hold_regional_names(environment: Environment) -> Iterator[Problem]:
    """Each certificate also has the name of its region, which no other name equals."""
    if not routing.is_routed(environment) or environment.edge.hosted_zone is None:
        return
    names = environment.edge.domain_names
    if routing.shares_certificate(environment) and len(names) == CERTIFICATE_NAMES:
        message = "has no room for the name of the region, which the certificate also has"
        allowed = f"up to {CERTIFICATE_NAMES - 1} names"
        yield Problem(("edge", "domain_names"), message, len(names), allowed)
    for index, name in enumerate(names):
        if name == routing.regional_name(environment):
            message = f"is the name that always leads to {environment.region}"
            yield Problem(("edge", "domain_names", index), message, name)


@rule("region", "routing", "regions")
def routing_is_in_the_partition_aws(environment: Environment) -> Iterator[Problem]:
    """Health checks, their metrics and Global Accelerator are those of the partition aws.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
    """
    if routing.is_routed(environment) and environment.partition != "aws":
        message = f"is offered in the partition aws only, not in {environment.partition}"
        yield Problem(POLICY, message, environment.routing.policy, "none")


@rule("edge", "routing", "regions", severity="warning")
def a_network_load_balancer_has_no_switch(environment: Environment) -> Iterator[Problem]:
    """The switch is a fixed response, which only an Application Load Balancer gives."""
    several = len(environment.regions) > 1 and routing.checks_health(environment)
    if several and environment.edge.load_balancer != "alb":
        message = "has no fixed responses, so that `make failover` needs Route 53's control plane"
        yield Problem(("edge", "load_balancer"), message, environment.edge.load_balancer)


@rule("routing", severity="warning")
def records_are_overwritten(environment: Environment) -> Iterator[Problem]:
    """`adopt_records` is for one apply."""
    if environment.routing.adopt_records:
        message = "lets the next apply overwrite records that something else made; remove it then"
        yield Problem(("routing", "adopt_records"), message, value=True)
