"""The records by which the platform's domain names lead to a healthy region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.route53_record import (
    Route53Record,
    Route53RecordAlias,
    Route53RecordFailoverRoutingPolicy,
    Route53RecordLatencyRoutingPolicy,
    Route53RecordWeightedRoutingPolicy,
)
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.edge.record_ids import record_id


@dataclass(frozen=True)
class Destination:
    """What an alias record leads to."""

    name: str
    zone_id: str


def _failover(environment: Environment) -> Route53RecordFailoverRoutingPolicy | None:
    if environment.routing.policy != "failover":
        return None
    is_primary = environment.region == routing.primary(environment)
    return Route53RecordFailoverRoutingPolicy(type="PRIMARY" if is_primary else "SECONDARY")


def _latency(environment: Environment) -> Route53RecordLatencyRoutingPolicy | None:
    if environment.routing.policy != "latency":
        return None
    return Route53RecordLatencyRoutingPolicy(region=environment.region)


def _weighted(environment: Environment) -> Route53RecordWeightedRoutingPolicy | None:
    if environment.routing.policy != "weighted":
        return None
    return Route53RecordWeightedRoutingPolicy(weight=routing.weight(environment))


def region_records(
    scope: Construct,
    environment: Environment,
    load_balancers: Mapping[str, Destination],
    health_checks: Mapping[str, str],
) -> list[Route53Record]:
    """Makes a record for each region, all of one name that only the platform's names lead to.

    Records of one name have one policy. The name contains it, so that those of another policy are
    made beside them, and the platform's names are changed in place between the two.

    Args:
        load_balancers: by the code of the region; `health_checks` likewise.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
    """
    policy = environment.routing.policy
    return [
        Route53Record(
            scope,
            f"{policy}_{key}",
            zone_id=zone_id(environment),
            name=routing.routed_name(environment),
            type="A",
            set_identifier=key,
            alias=Route53RecordAlias(
                name=load_balancers[key].name,
                zone_id=load_balancers[key].zone_id,
                evaluate_target_health=True,
            ),
            health_check_id=health_checks[key],
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            failover_routing_policy=_failover(each),
            latency_routing_policy=_latency(each),
            weighted_routing_policy=_weighted(each),
        )
        for key, each in (
            (routing.code(each), each) for each in routing.routed_regions(environment)
        )
    ]


def domain_records(
    scope: Construct,
    environment: Environment,
    destination: Destination,
    after: Sequence[Route53Record] = (),
) -> None:
    """Makes the records of the platform's domain names, which all lead to one destination."""
    for name in environment.edge.domain_names:
        Route53Record(
            scope,
            record_id("alias", name),
            zone_id=zone_id(environment),
            name=name,
            type="A",
            alias=Route53RecordAlias(
                name=destination.name,
                zone_id=destination.zone_id,
                evaluate_target_health=True,
            ),
            allow_overwrite=True if environment.routing.adopt_records else None,
            depends_on=list(after) or None,
        )


def zone_id(environment: Environment) -> str:
    """Id of the hosted zone, which a rule requires."""
    zone = environment.edge.hosted_zone
    return "" if zone is None else zone.id
