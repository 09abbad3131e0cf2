"""Alias records of the platform's domain names, and the private zone of the internal ones."""

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone, Route53ZoneVpc
from constructs import Construct

from config.derived import routing
from config.derived.front_doors import FrontDoor
from config.environment import Environment
from modules.edge.record_ids import record_id
from modules.lifecycle import protection
from modules.network.remote import RemoteNetwork


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
        _record(scope, record_id("alias", name), edge.hosted_zone.id, name, load_balancer)


def private_zone_id(
    scope: Construct, environment: Environment, network: RemoteNetwork
) -> str | None:
    """The private zone of the internal names: a given one, a new one, or None (L3).

    Other VPCs may be associated with a new one outside of Terraform, or with resources of their
    own (`aws_route53_zone_association`), so that changes of its VPCs are ignored. A destroy also
    deletes records that are not Terraform's, such as those of external-dns.
    """
    zone = environment.edge.internal.hosted_zone
    if zone is None or zone.id is not None:
        return zone.id if zone else None
    return Route53Zone(
        scope,
        "internal_zone",
        name=zone.name,
        comment=f"Internal names of {environment.name}",
        force_destroy=not environment.edge_protected,
        vpc=[Route53ZoneVpc(vpc_id=network.vpc_id)],
        tags={"Name": zone.name},
        lifecycle=protection(when=environment.edge_protected, ignore_changes=["vpc"]),
    ).zone_id


def internal_alias_records(
    scope: Construct, door: FrontDoor, zone_id: str, load_balancer: Lb
) -> None:
    """Makes a record for each name of the internal load balancer in its private zone."""
    kind = door.prefixed("alias")
    for name in door.settings.domain_names:
        _record(scope, record_id(kind, name), zone_id, name, load_balancer)


def _record(scope: Construct, id_: str, zone_id: str, name: str, load_balancer: Lb) -> None:
    Route53Record(
        scope,
        id_,
        zone_id=zone_id,
        name=name,
        type="A",
        alias=Route53RecordAlias(
            name=load_balancer.dns_name,
            zone_id=load_balancer.zone_id,
            # There is no other record for a failover.
            evaluate_target_health=False,
        ),
    )
