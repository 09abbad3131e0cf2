"""The load balancer."""

from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs
from constructs import Construct

from config.derived import edge_names
from config.derived.front_doors import FrontDoor
from modules.edge.access_logs import log_prefix
from modules.lifecycle import protection
from modules.network.remote import RemoteNetwork
from modules.storage.bucket import HardenedBucket


def load_balancer(
    scope: Construct,
    door: FrontDoor,
    network: RemoteNetwork,
    security_group_id: str,
    logs: HardenedBucket | None,
) -> Lb:
    """Makes an Application or a Network Load Balancer over all subnets of its tier (F2, F4, L3).

    It is one resource for all zones: a new zone changes its list of subnets in place.

    Args:
        security_group_id: its security group. AWS cannot add one later to a Network Load Balancer
            that was made without.
        logs: the bucket of its access log; None if it writes none.

    Sources: AWS Foundational Security Best Practices ELB.4, ELB.5, ELB.6, ELB.12, ELB.13.
    """
    environment, is_alb = door.environment, door.is_alb
    edge = environment.edge
    ids = network.private_subnet_ids if door.is_internal else network.public_subnet_ids
    name = edge_names.load_balancer(door)
    return Lb(
        scope,
        door.prefixed("load_balancer"),
        name=name,
        load_balancer_type="application" if is_alb else "network",
        internal=door.is_internal,
        ip_address_type="ipv4",
        subnets=[ids[zone] for zone in sorted(ids)],
        security_groups=[security_group_id],
        enable_deletion_protection=environment.edge_protected,
        # An Application Load Balancer is always cross-zone.
        enable_cross_zone_load_balancing=None if is_alb else door.settings.nlb.cross_zone,
        enable_zonal_shift=edge.zonal_shift or None,
        drop_invalid_header_fields=True if is_alb else None,
        desync_mitigation_mode="defensive" if is_alb else None,
        idle_timeout=edge.idle_timeout_seconds if is_alb else None,
        access_logs=(
            LbAccessLogs(bucket=logs.bucket.id, prefix=log_prefix(door), enabled=True)
            if logs
            else None
        ),
        tags={"Name": name},
        # AWS writes a test object as soon as the log is enabled.
        depends_on=[logs.policy] if logs else None,
        lifecycle=protection(when=environment.edge_protected),
    )
