"""VPC endpoints: AWS APIs reached inside the VPC instead of through the internet."""

from collections.abc import Mapping
from typing import Final

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

HTTPS_RULES: Final = tuple(
    f"endpoints_https{block}" for block in ("", "_secondary", "_third", "_fourth", "_fifth")
)
"""Ids of the rules, one for each CIDR block of a VPC."""

_INBOUND_RESOLVERS_ONLY = VpcEndpointDnsOptions(private_dns_only_for_inbound_resolver_endpoint=True)
"""Names resolve to the interface endpoint for clients outside the VPC only. Inside, they stay with
the gateway endpoint, which costs nothing.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html"""


def vpc_endpoints(
    scope: Construct,
    environment: Environment,
    vpc: Vpc,
    private: SubnetTier,
    routes: RouteTables,
) -> None:
    """Makes gateway endpoints for S3 and DynamoDB, and the configured interface endpoints (A8).

    Each zone is associated by its own resource, so that a new zone changes no endpoint.
    """
    tables: dict[str, RouteTable] = {
        "public": routes.public,
        **{f"public_{zone}": table for zone, table in routes.public_by_zone.items()},
        **{f"private_{zone}": table for zone, table in routes.private.items()},
        **{f"database_{zone}": table for zone, table in routes.database.items()},
    }
    gateways = {
        service: _gateway(scope, environment, vpc.id, service, tables)
        for service in GATEWAY_SERVICES
    }
    interface_endpoints(scope, environment, vpc.id, private.ids, gateways)


def interface_endpoints(
    scope: Construct,
    environment: Environment,
    vpc_id: str,
    subnet_ids: Mapping[str, str],
    gateways: Mapping[str, VpcEndpoint],
) -> None:
    """Makes the configured interface endpoints and their security group.

    Args:
        subnet_ids: the private subnets by zone letter.
        gateways: the gateway endpoints of the VPC by service.
    """
    services = interface_services(environment)
    if services:
        group = _security_group(scope, environment, vpc_id)
        for service in services:
            endpoint = _interface(scope, environment, vpc_id, service, group, gateways.get(service))
            for zone, subnet_id in subnet_ids.items():
                VpcEndpointSubnetAssociation(
                    scope,
                    f"{interface_endpoint_id(service)}_{zone}",
                    vpc_endpoint_id=endpoint.id,
                    subnet_id=subnet_id,
                )


def _gateway(
    scope: Construct,
    environment: Environment,
    vpc_id: str,
    service: str,
    tables: Mapping[str, RouteTable],
) -> VpcEndpoint:
    endpoint = VpcEndpoint(
        scope,
        f"{service}_endpoint",
        vpc_id=vpc_id,
        service_name=endpoint_service_name(environment, service),
        vpc_endpoint_type="Gateway",
        tags={"Name": f"{environment.name}-{service}"},
    )
    endpoint_id = endpoint.id
    for key, table in tables.items():
        VpcEndpointRouteTableAssociation(
            scope,
            f"{service}_endpoint_{key}",
            vpc_endpoint_id=endpoint_id,
            route_table_id=table.id,
        )
    return endpoint


def _interface(
    scope: Construct,
    environment: Environment,
    vpc_id: str,
    service: str,
    group: SecurityGroup,
    gateway: VpcEndpoint | None,
) -> VpcEndpoint:
    private_dns = service not in WITHOUT_PRIVATE_DNS
    return VpcEndpoint(
        scope,
        interface_endpoint_id(service),
        vpc_id=vpc_id,
        service_name=endpoint_service_name(environment, service),
        vpc_endpoint_type="Interface",
        private_dns_enabled=private_dns,
        dns_options=_INBOUND_RESOLVERS_ONLY if gateway and private_dns else None,
        security_group_ids=[group.id],
        tags={"Name": f"{environment.name}-{service}"},
        # AWS accepts these DNS options only where the gateway endpoint exists.
        depends_on=[gateway] if gateway else None,
    )


def _security_group(scope: Construct, environment: Environment, vpc_id: str) -> SecurityGroup:
    name = f"{environment.name}-endpoints"
    group = SecurityGroup(
        scope,
        "endpoints_security_group",
        name=name,
        description="VPC interface endpoints",
        vpc_id=vpc_id,
        tags={"Name": name},
    )
    for id_, cidr in zip(HTTPS_RULES, environment.network.cidrs, strict=False):
        VpcSecurityGroupIngressRule(
            scope,
            id_,
            security_group_id=group.id,
            description="AWS APIs, from inside the VPC",
            cidr_ipv4=str(cidr),
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
        )
    return group
