"""The load balancer."""

from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs
from constructs import Construct

from config.derived import edge_names
from config.environment import Environment
from modules.edge.access_logs import PREFIX, access_log_bucket
from modules.lifecycle import protection
from modules.network.remote import RemoteNetwork


def load_balancer(
    scope: Construct, environment: Environment, network: RemoteNetwork, security_group_id: str
) -> Lb:
    """Makes an Application or a Network Load Balancer over all public subnets (F2, F4).

    It is one resource for all zones: a new zone changes its list of subnets in place.

    Args:
        security_group_id: its security group. AWS cannot add one later to a Network Load Balancer
            that was made without.

    Sources: AWS Foundational Security Best Practices ELB.4, ELB.5, ELB.6, ELB.12, ELB.13.
    """
    edge = environment.edge
    is_alb = edge.load_balancer == "alb"
    logs = access_log_bucket(scope, environment) if edge.writes_access_logs else None
    name = edge_names.load_balancer(environment)
    return Lb(
        scope,
        "load_balancer",
        name=name,
        load_balancer_type="application" if is_alb else "network",
        internal=False,
        ip_address_type="ipv4",
        subnets=[network.public_subnet_ids[zone] for zone in sorted(network.public_subnet_ids)],
        security_groups=[security_group_id],
        enable_deletion_protection=environment.edge_protected,
        # An Application Load Balancer is always cross-zone.
        enable_cross_zone_load_balancing=None if is_alb else edge.nlb.cross_zone,
        enable_zonal_shift=edge.zonal_shift or None,
        drop_invalid_header_fields=True if is_alb else None,
        desync_mitigation_mode="defensive" if is_alb else None,
        idle_timeout=edge.idle_timeout_seconds if is_alb else None,
        access_logs=(
            LbAccessLogs(bucket=logs.bucket.id, prefix=PREFIX, enabled=True) if logs else None
        ),
        tags={"Name": name},
        # AWS writes a test object as soon as the log is enabled.
        depends_on=[logs.policy] if logs else None,
        lifecycle=protection(when=environment.edge_protected),
    )
