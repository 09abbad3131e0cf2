"""VPC endpoints: AWS services without a way through the internet."""

from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint, VpcEndpointDnsOptions
from cdktf_cdktf_provider_aws.vpc_endpoint_route_table_association import (
    VpcEndpointRouteTableAssociation,
)
from cdktf_cdktf_provider_aws.vpc_endpoint_subnet_association import VpcEndpointSubnetAssociation
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config.environment import Environment
from modules.network.endpoint_services import (
    GATEWAY_SERVICES,
    WITHOUT_PRIVATE_DNS,
    endpoint_service_name,
    interface_endpoint_id,
    interface_services,
)
from modules.network.routes import RouteTables
from modules.network.subnets import SubnetTier
from modules.network.vpc import Vpc

_FOR_RESOLVERS_OUTSIDE = VpcEndpointDnsOptions(private_dns_only_for_inbound_resolver_endpoint=True)
"""Names lead to the interface endpoint from outside the VPC, and stay with the gateway endpoint,
which costs nothing, inside.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html"""


class Endpoints:
    """Gateway endpoints for S3 and DynamoDB, and interface endpoints where asked for (A8).

    Each zone is associated by a resource of its own, so that a new zone changes no endpoint.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        vpc: Vpc,
        private: SubnetTier,
        routes: RouteTables,
    ) -> None:
        """Makes the endpoints.

        Args:
            scope: the stack.
            environment: says which interface endpoints, and gives region and names.
            vpc: the VPC.
            private: the subnets that interface endpoints live in.
            routes: the tables that lead to the gateway endpoints.
        """
        self._scope, self._environment, self._vpc = scope, environment, vpc
        self._gateways = {service: self._gateway(service, routes) for service in GATEWAY_SERVICES}
        services = interface_services(environment)
        if services:
            group = self._security_group()
            for service in services:
                self._interface(service, private, group)

    def _gateway(self, service: str, routes: RouteTables) -> VpcEndpoint:
        endpoint = VpcEndpoint(
            self._scope,
            f"{service}_endpoint",
            vpc_id=self._vpc.id,
            service_name=endpoint_service_name(self._environment, service),
            vpc_endpoint_type="Gateway",
            tags={"Name": f"{self._environment.name}-{service}"},
        )
        tables: dict[str, RouteTable] = {
            "public": routes.public,
            **{f"private_{zone}": table for zone, table in routes.private.items()},
            **{f"database_{zone}": table for zone, table in routes.database.items()},
        }
        endpoint_id = endpoint.id
        for key, table in tables.items():
            VpcEndpointRouteTableAssociation(
                self._scope,
                f"{service}_endpoint_{key}",
                vpc_endpoint_id=endpoint_id,
                route_table_id=table.id,
            )
        return endpoint

    def _interface(self, service: str, private: SubnetTier, group: SecurityGroup) -> None:
        id_, private_dns = interface_endpoint_id(service), service not in WITHOUT_PRIVATE_DNS
        gateway = self._gateways.get(service)
        endpoint = VpcEndpoint(
            self._scope,
            id_,
            vpc_id=self._vpc.id,
            service_name=endpoint_service_name(self._environment, service),
            vpc_endpoint_type="Interface",
            private_dns_enabled=private_dns,
            dns_options=_FOR_RESOLVERS_OUTSIDE if gateway and private_dns else None,
            security_group_ids=[group.id],
            tags={"Name": f"{self._environment.name}-{service}"},
            # AWS takes these DNS options only where the gateway endpoint is there.
            depends_on=[gateway] if gateway else None,
        )
        for zone, subnet in private.subnets.items():
            VpcEndpointSubnetAssociation(
                self._scope,
                f"{id_}_{zone}",
                vpc_endpoint_id=endpoint.id,
                subnet_id=subnet.id,
            )

    def _security_group(self) -> SecurityGroup:
        name = f"{self._environment.name}-endpoints"
        group = SecurityGroup(
            self._scope,
            "endpoints_security_group",
            name=name,
            description="VPC interface endpoints",
            vpc_id=self._vpc.id,
            tags={"Name": name},
        )
        VpcSecurityGroupIngressRule(
            self._scope,
            "endpoints_https",
            security_group_id=group.id,
            description="AWS APIs, from inside the VPC",
            cidr_ipv4=self._vpc.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
        )
        return group
