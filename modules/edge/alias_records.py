"""Alias records of the platform's domain names."""

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.edge.record_ids import record_id


def alias_records(scope: Construct, environment: Environment, load_balancer: Lb) -> None:
    """Makes a record for each domain name, where there is a hosted zone (F10).

    In a platform in several regions it is the name that always leads to this region; the others
    belong to the routing stack. The network has no IPv6, so that A records are enough. An existing
    record is not overwritten; Terraform reports it.
    """
    edge = environment.edge
    if edge.hosted_zone is None:
        return
    is_routed = routing.is_routed(environment)
    for name in [routing.regional_name(environment)] if is_routed else edge.domain_names:
        Route53Record(
            scope,
            record_id("alias", name),
            zone_id=edge.hosted_zone.id,
            name=name,
            type="A",
            alias=Route53RecordAlias(
                name=load_balancer.dns_name,
                zone_id=load_balancer.zone_id,
                # There is no other record for a failover.
                evaluate_target_health=False,
            ),
        )
