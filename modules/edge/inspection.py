"""Inline inspection: a Gateway Load Balancer for firewall appliances, with an endpoint per zone."""

from typing import Final

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import LbListener, LbListenerDefaultAction
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_endpoint_service import VpcEndpointService
from constructs import Construct

from config.derived import edge_names
from config.environment import Environment
from modules.edge.inspection_routes import Endpoint, inspection_routes
from modules.lifecycle import protection
from modules.network.remote import RemoteNetwork
from modules.outputs import Output, add_outputs

GENEVE_PORT: Final = 6081
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html"""


def inspection(scope: Construct, environment: Environment, network: RemoteNetwork) -> None:
    """Makes load balancer, endpoint service, and a subnet, route table and endpoint per zone (A10).

    The load balancer is in the private subnets, next to the appliances. The endpoints have subnets
    of their own, because the routes of a subnet decide where inspected traffic goes next: an
    endpoint in an inspected subnet would route it in a loop.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
    """
    target_group = _target_group(scope, environment, network)
    listener, service = _service(scope, environment, network, target_group)
    endpoints = {
        zone: _endpoint(scope, environment, network, zone, service)
        for zone in sorted(environment.network.availability_zones)
    }
    if environment.edge.inspection.routes:
        inspection_routes(scope, environment, network, endpoints, listener)
    add_outputs(
        scope,
        {
            "inspection_target_group_arn": Output(
                target_group.arn, "Target group that firewall appliances are registered with"
            ),
            "inspection_endpoint_ids": Output(
                {zone: each.endpoint.id for zone, each in endpoints.items()},
                "Gateway Load Balancer endpoints by zone letter, for routes",
            ),
            "inspection_route_table_ids": Output(
                {zone: each.table.id for zone, each in endpoints.items()},
                "Route tables of the endpoints' subnets by zone letter",
            ),
        },
    )


def _target_group(
    scope: Construct, environment: Environment, network: RemoteNetwork
) -> LbTargetGroup:
    settings = environment.edge.inspection
    return LbTargetGroup(
        scope,
        "inspection_targets",
        name=edge_names.appliance_target_group(environment),
        vpc_id=network.vpc_id,
        target_type=settings.target_type,
        protocol="GENEVE",
        port=GENEVE_PORT,
        health_check=LbTargetGroupHealthCheck(
            enabled=True, protocol="TCP", port=str(settings.health_check_port)
        ),
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _service(
    scope: Construct,
    environment: Environment,
    network: RemoteNetwork,
    target_group: LbTargetGroup,
) -> tuple[LbListener, VpcEndpointService]:
    name = edge_names.gateway_load_balancer(environment)
    private = network.private_subnet_ids
    gateway = Lb(
        scope,
        "inspection",
        name=name,
        load_balancer_type="gateway",
        subnets=[private[zone] for zone in sorted(private)],
        enable_deletion_protection=environment.edge_protected,
        # A zone without a healthy appliance uses another zone's. Both directions of a connection
        # use the same endpoint, and its flow stays with one appliance.
        enable_cross_zone_load_balancing=True,
        tags={"Name": name},
        lifecycle=protection(when=environment.edge_protected),
    )
    listener = LbListener(
        scope,
        "inspection_listener",
        load_balancer_arn=gateway.arn,
        default_action=[LbListenerDefaultAction(type="forward", target_group_arn=target_group.arn)],
    )
    service = VpcEndpointService(
        scope,
        "inspection_service",
        acceptance_required=False,
        gateway_load_balancer_arns=[gateway.arn],
        tags={"Name": name},
    )
    return listener, service


def _endpoint(
    scope: Construct,
    environment: Environment,
    network: RemoteNetwork,
    zone: str,
    service: VpcEndpointService,
) -> Endpoint:
    tags = {"Name": f"{environment.name}-inspection-{zone}"}
    id_ = f"inspection_{zone}"
    subnet = Subnet(
        scope,
        f"{id_}_subnet",
        vpc_id=network.vpc_id,
        availability_zone=f"{environment.region}{zone}",
        cidr_block=str(environment.edge.inspection.subnets[zone]),
        map_public_ip_on_launch=False,
        tags=tags,
    )
    table = RouteTable(scope, f"{id_}_routes", vpc_id=network.vpc_id, tags=tags)
    association = RouteTableAssociation(
        scope, f"{id_}_association", subnet_id=subnet.id, route_table_id=table.id
    )
    endpoint = VpcEndpoint(
        scope,
        f"{id_}_endpoint",
        vpc_id=network.vpc_id,
        vpc_endpoint_type="GatewayLoadBalancer",
        service_name=service.service_name,
        subnet_ids=[subnet.id],
        tags=tags,
    )
    return Endpoint(endpoint, table, association)
