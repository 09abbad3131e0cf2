"""The VPC, its internet gateway and its default security group without rules."""

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.vpc import Vpc as AwsVpc
from cdktf_cdktf_provider_aws.vpc_ipv4_cidr_block_association import (
    VpcIpv4CidrBlockAssociation,
)
from constructs import Construct

from config.environment import Environment


class Vpc:
    """A VPC with DNS, an internet gateway, and a default security group without rules (A1, A5).

    The empty default group follows AWS Foundational Security Best Practices EC2.2: a resource that
    names no group gets no traffic.

    Attributes:
        cidrs: the CIDR blocks: the primary one, and that of `network.pods.secondary_cidr`.
        secondary: the association of the latter, which subnets in it depend on.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        name = environment.name
        self.cidr = str(environment.network.cidr)
        self.cidrs = environment.network.cidrs
        self.vpc = AwsVpc(
            scope,
            "vpc",
            cidr_block=self.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
        )
        self.id = self.vpc.id
        self.internet_gateway = InternetGateway(
            scope, "internet_gateway", vpc_id=self.id, tags={"Name": name}
        )
        self.secondary = [
            VpcIpv4CidrBlockAssociation(
                scope, "vpc_secondary_cidr", vpc_id=self.id, cidr_block=str(cidr)
            )
            for cidr in self.cidrs[1:]
        ]
        DefaultSecurityGroup(
            scope,
            "default_security_group",
            vpc_id=self.id,
            tags={"Name": f"{name}-default-closed"},
        )
