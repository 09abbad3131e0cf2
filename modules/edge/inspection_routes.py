"""The routes that send traffic through the endpoints of the Gateway Load Balancer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cdktf_cdktf_provider_aws.lb_listener import LbListener
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from config.derived import ip_plan
from config.environment import Environment
from modules.network.remote import RemoteNetwork
from modules.network.routes import INTERNET

HALVES: Final = {"lower": "0.0.0.0/1", "upper": "128.0.0.0/1"}
"""The internet in two routes. They are more specific than the default route of the public subnets,
which leads to the internet gateway and belongs to the network stack: when Terraform deletes them, a
subnet has that route at once.
https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html"""


@dataclass(frozen=True)
class Endpoint:
    """A Gateway Load Balancer endpoint, the route table of its subnet, and their association."""

    endpoint: VpcEndpoint
    table: RouteTable
    association: RouteTableAssociation


def inspection_routes(
    scope: Construct,
    environment: Environment,
    network: RemoteNetwork,
    endpoints: Mapping[str, Endpoint],
    listener: LbListener,
) -> None:
    """Routes traffic between the internet and each public subnet through its zone's endpoint (A10).

    Both directions of a connection use the endpoint of the public subnet's zone, whichever zone a
    load balancer's target or a NAT gateway's client is in: inside the VPC there is the local route.
    Routes that change nothing yet come first. Then the internet gateway's table and the routes of
    the public subnets take effect together, so that for a few seconds only does traffic pass the
    appliances in one direction.

    Args:
        endpoints: by zone letter.
        listener: what the endpoints need to forward traffic.

    Sources: https://docs.aws.amazon.com/vpc/latest/userguide/gwlb-route.html,
    https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
    """
    public = ip_plan.plan(environment.network).tier("public")
    gateway = RouteTable(
        scope,
        "inspection_gateway_routes",
        vpc_id=network.vpc_id,
        tags={"Name": f"{environment.name}-inspection-gateway"},
    )
    inbound: list[Route] = []
    for zone, each in endpoints.items():
        onward = Route(
            scope,
            f"inspection_{zone}_internet",
            route_table_id=each.table.id,
            destination_cidr_block=INTERNET,
            gateway_id=network.internet_gateway_id,
        )
        route = Route(
            scope,
            f"inspection_{zone}_inbound",
            route_table_id=gateway.id,
            destination_cidr_block=str(public[zone].cidr),
            vpc_endpoint_id=each.endpoint.id,
            depends_on=[onward, each.association, listener],
        )
        inbound.append(route)
        for half, block in HALVES.items():
            Route(
                scope,
                f"inspection_{zone}_outbound_{half}",
                route_table_id=network.public_route_table_ids[zone],
                destination_cidr_block=block,
                vpc_endpoint_id=each.endpoint.id,
                depends_on=[route],
            )
    RouteTableAssociation(
        scope,
        "inspection_gateway_association",
        gateway_id=network.internet_gateway_id,
        route_table_id=gateway.id,
        depends_on=inbound,
    )
