"""How a platform in several regions is reached: its regions, names and roles."""

from config.environment import Environment
from config.sections.routing import DEFAULT_WEIGHT


def is_routed(environment: Environment) -> bool:
    """Whether the routing stack makes the records of the platform's domain names."""
    return bool(environment.regions) and environment.routing.policy != "none"


def shares_certificate(environment: Environment) -> bool:
    """Whether the names stack of each region requests its certificate."""
    return is_routed(environment) and environment.edge.requests_certificate


def checks_health(environment: Environment) -> bool:
    """Whether Route 53 checks the regions; Global Accelerator has its own health checks."""
    return is_routed(environment) and environment.routing.policy != "accelerator"


def routed_regions(environment: Environment) -> list[Environment]:
    """The environments that requests are led to, in the order of `regions`."""
    return [each for each in environment.siblings if environment.regions[each.region].routed]


def code(environment: Environment) -> str:
    """The code of an environment's region."""
    return environment.regions[environment.region].code


def owner(environment: Environment) -> Environment:
    """The environment with the routing stack, and the records that validate all certificates."""
    wanted = environment.routing.state_region or list(environment.regions)[-1]
    return next(each for each in environment.siblings if each.region == wanted)


def is_owner(environment: Environment) -> bool:
    """Whether these stacks belong to this environment."""
    return is_routed(environment) and owner(environment).region == environment.region


def primary(environment: Environment) -> str:
    """The region that serves requests with `failover`."""
    return environment.routing.primary or next(iter(environment.regions))


def weight(environment: Environment) -> int:
    """The weight of an environment's region."""
    return environment.routing.weights.get(environment.region, DEFAULT_WEIGHT)


def regional_name(environment: Environment) -> str:
    """The domain name that always leads to this region: `<environment>.<zone>`."""
    return f"{environment.name}.{_zone(environment)}"


def routed_name(environment: Environment) -> str:
    """The domain name with a record for each region, to which all names of the platform lead."""
    return f"{owner(environment).name}-{environment.routing.policy}.{_zone(environment)}"


def guard(environment: Environment) -> Environment | None:
    """The environment whose load balancer serves this region's switch; None without another region.

    It is the next one in the order of `regions`: a region that fails cannot serve its own switch.
    """
    regions = routed_regions(environment)
    if environment not in regions or len(regions) == 1:
        return None
    return regions[(regions.index(environment) + 1) % len(regions)]


def guarded(environment: Environment) -> Environment | None:
    """The environment whose switch this region's load balancer serves."""
    return next((each for each in routed_regions(environment) if guard(each) == environment), None)


def has_switch(environment: Environment) -> bool:
    """Whether requests can be led away from this region by hand: with an ALB in the next one."""
    following = guard(environment)
    return following is not None and following.edge.load_balancer == "alb"


def switch_path(environment: Environment) -> str:
    """The path under which the guard's load balancer serves this region's switch."""
    return f"/routing-switch/{code(environment)}"


def _zone(environment: Environment) -> str:
    zone = environment.edge.hosted_zone
    return "" if zone is None else zone.name
