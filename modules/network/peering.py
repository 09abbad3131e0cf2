"""The way from a fleet's hub to the private Kubernetes API of a spoke: VPC peering (K3)."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.vpc_peering_connection import VpcPeeringConnection
from cdktf_cdktf_provider_aws.vpc_peering_connection_accepter import (
    VpcPeeringConnectionAccepterA,
)
from constructs import Construct

from config.derived import fleet
from config.derived.ip_plan import zones
from config.environment import Environment
from modules.remote_state import RemoteOutputs


def peering(
    scope: Construct,
    hub: Environment,
    spoke: Environment,
    own: RemoteOutputs,
    provider: TerraformProvider,
) -> None:
    """Connects the VPCs, with routes in all private tables of both.

    The hub's pods have the addresses of their nodes outside their VPC, which are in the primary
    block, as are the interfaces of the spoke's control plane. The host name of a private API
    resolves to their addresses everywhere.

    Args:
        own: the outputs of the hub's other stacks, which all connections share.
        provider: the provider of the spoke's region.

    Sources: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html and
    https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
    """
    key = fleet.key(spoke)
    other = RemoteOutputs(scope, spoke, f"_{key}")
    tags = {"Name": f"{hub.name}-{spoke.name}"}
    connection = VpcPeeringConnection(
        scope,
        f"peering_{key}",
        vpc_id=own.get("network.vpc_id"),
        peer_vpc_id=other.get("network.vpc_id"),
        peer_region=spoke.region,
        auto_accept=False,
        tags=tags,
    )
    accepted = VpcPeeringConnectionAccepterA(
        scope,
        f"peering_{key}_accepter",
        provider=provider,
        vpc_peering_connection_id=connection.id,
        auto_accept=True,
        tags=tags,
    )
    for zone in zones(hub.network, "private"):
        Route(
            scope,
            f"peering_{key}_to_spoke_{zone}",
            route_table_id=own.get(f"network.private_route_table_ids.{zone}"),
            destination_cidr_block=str(spoke.network.cidr),
            vpc_peering_connection_id=accepted.id,
        )
    for zone in zones(spoke.network, "private"):
        Route(
            scope,
            f"peering_{key}_to_hub_{zone}",
            provider=provider,
            route_table_id=other.get(f"network.private_route_table_ids.{zone}"),
            destination_cidr_block=str(hub.network.cidr),
            vpc_peering_connection_id=accepted.id,
        )
