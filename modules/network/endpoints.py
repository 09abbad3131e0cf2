"""VPC endpoints: AWS services without a way through the internet."""

from typing import Final

from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_endpoint_route_table_association import (
    VpcEndpointRouteTableAssociation,
)
from cdktf_cdktf_provider_aws.vpc_endpoint_subnet_association import VpcEndpointSubnetAssociation
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config.environment import Environment
from modules.network.routes import RouteTables
from modules.network.subnets import SubnetTier
from modules.network.vpc import Vpc

GATEWAY_SERVICES: Final = ("s3", "dynamodb")
"""Gateway endpoints cost nothing and keep image layers and state off the NAT gateways."""

PRIVATE_CLUSTER_SERVICES: Final = (
    "autoscaling",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticfilesystem",
    "elasticloadbalancing",
    "kms",
    "logs",
    "secretsmanager",
    "sqs",
    "ssm",
    "ssmmessages",
    "sts",
)
"""What nodes and platform add-ons call.
https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html"""

GUARDDUTY_SERVICE: Final = "guardduty-data"
"""Where GuardDuty's agent on the nodes reports.
https://docs.aws.amazon.com/guardduty/latest/ug/how-runtime-monitoring-works-eks.html"""


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
        for service in GATEWAY_SERVICES:
            self._gateway(service, routes)
        services = interface_services(environment)
        if services:
            group = self._security_group()
            for service in services:
                self._interface(service, private, group)

    def _gateway(self, service: str, routes: RouteTables) -> None:
        endpoint = VpcEndpoint(
            self._scope,
            f"{service}_endpoint",
            vpc_id=self._vpc.id,
            service_name=self._service_name(service),
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

    def _interface(self, service: str, private: SubnetTier, group: SecurityGroup) -> None:
        key = service.replace(".", "_").replace("-", "_")
        endpoint = VpcEndpoint(
            self._scope,
            f"{key}_endpoint",
            vpc_id=self._vpc.id,
            service_name=self._service_name(service),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            security_group_ids=[group.id],
            tags={"Name": f"{self._environment.name}-{service}"},
        )
        for zone, subnet in private.subnets.items():
            VpcEndpointSubnetAssociation(
                self._scope,
                f"{key}_endpoint_{zone}",
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

    def _service_name(self, service: str) -> str:
        # China's endpoint services carry the reversed domain of their partition, but for a few
        # that AWS offers under the global name there too.
        # https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-privatelink-support.html
        domain = "com.amazonaws"
        if self._environment.partition == "aws-cn" and service not in GLOBALLY_NAMED_IN_CHINA:
            domain = "cn.com.amazonaws"
        return f"{domain}.{self._environment.region}.{service}"


GLOBALLY_NAMED_IN_CHINA: Final = frozenset(
    {
        "s3",
        "dynamodb",
        "autoscaling",
        "elasticloadbalancing",
        "kms",
        "logs",
        "secretsmanager",
        "ssm",
        "ssmmessages",
        "ec2messages",
    }
)


def interface_services(environment: Environment) -> list[str]:
    """The services that get an interface endpoint, in alphabetical order."""
    network = environment.network
    services = set(network.additional_interface_endpoints)
    if network.interface_endpoints == "private_cluster":
        services.update(PRIVATE_CLUSTER_SERVICES)
        if environment.guardduty.enabled and environment.guardduty.runtime_monitoring:
            services.add(GUARDDUTY_SERVICE)
    return sorted(services)
