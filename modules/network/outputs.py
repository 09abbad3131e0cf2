"""Outputs of the network stack."""

from collections.abc import Mapping
from typing import Final

from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from constructs import Construct

from config.derived import fleet
from config.derived.ip_plan import TIERS, IpPlan, Tier
from config.environment import Environment
from modules.network.existing import ExistingVpc
from modules.network.nat import NatGateways
from modules.network.routes import RouteTables
from modules.network.subnets import SubnetTier
from modules.network.vpc import Vpc
from modules.outputs import Output, add_outputs

TITLES: Final[Mapping[Tier, str]] = {
    "public": "Public subnets",
    "private": "Private subnets",
    "database": "Database subnets",
    "control_plane": "Subnets of the control plane's network interfaces",
    "pods": "Subnets of pods",
}


def network_outputs(
    scope: Construct,
    environment: Environment,
    vpc: Vpc,
    nat: NatGateways,
    tiers: Mapping[Tier, SubnetTier],
    routes: RouteTables,
    group: DbSubnetGroup,
) -> None:
    """Makes the network's outputs."""
    addresses = {zone: address.public_ip for zone, address in nat.addresses.items()}
    ids: dict[Tier, dict[str, str]] = {name: tier.ids for name, tier in tiers.items()}
    outputs = _outputs(vpc, ids, group, addresses)
    if routes.public_by_zone:
        outputs["internet_gateway_id"] = Output(vpc.internet_gateway.id, "The internet gateway")
        outputs["public_route_table_ids"] = Output(
            {zone: table.id for zone, table in routes.public_by_zone.items()},
            "Route tables of the public subnets by zone letter, for inspection",
        )
    if fleet.is_peered(environment):
        outputs["private_route_table_ids"] = Output(
            {zone: table.id for zone, table in routes.private.items()},
            "Route tables of the private subnets by zone letter, for peering",
        )
    add_outputs(scope, outputs)


def existing_outputs(
    scope: Construct, vpc: ExistingVpc, plan: IpPlan, group: DbSubnetGroup | None
) -> None:
    """Makes the same outputs of an existing VPC, so that later stacks read them alike.

    Without database subnets there is no `database_subnet_group`.
    """
    ids: dict[Tier, dict[str, str]] = {tier: vpc.ids(plan, tier) for tier in TIERS}
    add_outputs(scope, _outputs(vpc, ids, group, {}))


def _outputs(
    vpc: Vpc | ExistingVpc,
    subnet_ids: Mapping[Tier, Mapping[str, str]],
    group: DbSubnetGroup | None,
    addresses: Mapping[str, str],
) -> dict[str, Output]:
    outputs = {
        "vpc_id": Output(vpc.id, "The VPC"),
        "vpc_cidr": Output(vpc.cidr, "Address block of the VPC"),
    }
    for tier, ids in subnet_ids.items():
        outputs[f"{tier}_subnet_ids"] = Output(ids, f"{TITLES[tier]} by zone letter")
    if group is not None:
        description = "DB subnet group of the database subnets"
        outputs["database_subnet_group"] = Output(group.name, description)
    outputs["nat_public_ips"] = Output(
        addresses, "Addresses that the private subnets' traffic comes from, by zone letter"
    )
    return outputs
