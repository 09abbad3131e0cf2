"""Route 53 health checks of the regions, each with a switch to turn requests away by hand."""

from typing import Final

from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from constructs import Construct

from config.derived import routing
from config.environment import Environment

HTTP: Final = 80


def health_check(scope: Construct, environment: Environment) -> str:
    """The id of the health check that decides whether a region gets requests.

    A region with a switch is healthy where its ingress controller answers and the switch is off.
    The switch is an inverted check of a fixed response of the next region's load balancer: it works
    without Route 53's control plane and without this region. Where that load balancer does not
    answer, the switch counts as off.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    key = routing.code(environment)
    answers = _http(
        scope,
        f"answers_{key}",
        environment,
        routing.regional_name(environment),
        environment.targets.health_check_path,
    )
    next_region = routing.guard(environment)
    if next_region is None or not routing.has_switch(environment):
        return answers.id
    switch = _http(
        scope,
        f"switch_{key}",
        environment,
        routing.regional_name(next_region),
        routing.switch_path(environment),
        inverted=True,
    )
    return Route53HealthCheck(
        scope,
        f"healthy_{key}",
        type="CALCULATED",
        child_healthchecks=[answers.id, switch.id],
        child_health_threshold=2,
        tags={"Name": f"{environment.name}-healthy"},
    ).id


def _http(
    scope: Construct,
    id_: str,
    environment: Environment,
    host: str,
    path: str,
    *,
    inverted: bool = False,
) -> Route53HealthCheck:
    settings = environment.routing.health_check
    return Route53HealthCheck(
        scope,
        id_,
        type="HTTP",
        fqdn=host,
        port=HTTP,
        resource_path=path,
        request_interval=settings.interval_seconds,
        failure_threshold=settings.failure_threshold,
        regions=list(settings.regions),
        invert_healthcheck=True if inverted else None,
        measure_latency=None if inverted else True,
        tags={"Name": f"{environment.name}-{id_.split('_', maxsplit=1)[0]}"},
    )
