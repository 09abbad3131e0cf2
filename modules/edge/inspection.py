"""A Gateway Load Balancer for firewall appliances, and an endpoint of it in each zone."""

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
from modules.network.remote import RemoteNetwork
from modules.outputs import Output, add_outputs

GENEVE_PORT: Final = 6081
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html"""


class Inspection:
    """What inline inspection needs of AWS, up to the routes and the appliances (row A10).

    The load balancer stands in the private subnets, where appliances are near it. The endpoints
    have subnets of their own, because the routes of a subnet decide where inspected traffic goes
    on to: an endpoint in a subnet that is inspected would send it in a circle. All that is keyed
    by zone; the load balancer and its list of subnets is one resource over all zones.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
    """

    def __init__(self, scope: Construct, environment: Environment, network: RemoteNetwork) -> None:
        """Makes load balancer, endpoint service, and subnet, route table and endpoint per zone.

        Args:
            scope: the stack.
            environment: gives names, zones and the endpoint subnets' blocks.
            network: the VPC and its subnets.
        """
        self._scope, self._environment, self._network = scope, environment, network
        target_group = self._target_group()
        service = self._service(target_group)
        endpoints = {
            zone: self._endpoint(zone, service)
            for zone in sorted(environment.network.availability_zones)
        }
        add_outputs(
            scope,
            {
                "inspection_target_group_arn": Output(
                    target_group.arn, "Target group that firewall appliances are registered with"
                ),
                "inspection_endpoint_ids": Output(
                    {zone: endpoint.id for zone, (endpoint, _) in endpoints.items()},
                    "Gateway Load Balancer endpoints by zone letter, for routes",
                ),
                "inspection_route_table_ids": Output(
                    {zone: table.id for zone, (_, table) in endpoints.items()},
                    "Route tables of the endpoints' subnets by zone letter",
                ),
            },
        )

    def _target_group(self) -> LbTargetGroup:
        settings = self._environment.edge.inspection
        return LbTargetGroup(
            self._scope,
            "inspection_targets",
            name=edge_names.appliance_target_group(self._environment),
            vpc_id=self._network.vpc_id,
            target_type=settings.target_type,
            protocol="GENEVE",
            port=GENEVE_PORT,
            health_check=LbTargetGroupHealthCheck(
                enabled=True, protocol="TCP", port=str(settings.health_check_port)
            ),
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _service(self, target_group: LbTargetGroup) -> VpcEndpointService:
        name = edge_names.gateway_load_balancer(self._environment)
        private = self._network.private_subnet_ids
        gateway = Lb(
            self._scope,
            "inspection",
            name=name,
            load_balancer_type="gateway",
            subnets=[private[zone] for zone in sorted(private)],
            enable_deletion_protection=self._environment.edge.deletion_protection,
            # A zone without a healthy appliance is served by another zone's.
            enable_cross_zone_load_balancing=True,
            tags={"Name": name},
        )
        LbListener(
            self._scope,
            "inspection_listener",
            load_balancer_arn=gateway.arn,
            default_action=[
                LbListenerDefaultAction(type="forward", target_group_arn=target_group.arn)
            ],
        )
        return VpcEndpointService(
            self._scope,
            "inspection_service",
            acceptance_required=False,
            gateway_load_balancer_arns=[gateway.arn],
            tags={"Name": name},
        )

    def _endpoint(self, zone: str, service: VpcEndpointService) -> tuple[VpcEndpoint, RouteTable]:
        tags = {"Name": f"{self._environment.name}-inspection-{zone}"}
        id_ = f"inspection_{zone}"
        subnet = Subnet(
            self._scope,
            f"{id_}_subnet",
            vpc_id=self._network.vpc_id,
            availability_zone=f"{self._environment.region}{zone}",
            cidr_block=str(self._environment.edge.inspection.subnets[zone]),
            map_public_ip_on_launch=False,
            tags=tags,
        )
        table = RouteTable(self._scope, f"{id_}_routes", vpc_id=self._network.vpc_id, tags=tags)
        RouteTableAssociation(
            self._scope, f"{id_}_association", subnet_id=subnet.id, route_table_id=table.id
        )
        endpoint = VpcEndpoint(
            self._scope,
            f"{id_}_endpoint",
            vpc_id=self._network.vpc_id,
            vpc_endpoint_type="GatewayLoadBalancer",
            service_name=service.service_name,
            subnet_ids=[subnet.id],
            tags=tags,
        )
        return endpoint, table
