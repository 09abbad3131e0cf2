"""The `network.existing` section: a VPC that others made, and its subnets."""

from typing import Annotated

from pydantic import Field

from config.settings import Settings
from config.types.aws import AccountId, Cidr, SubnetId, VpcId, ZoneLetter


class ExistingSubnet(Settings):
    """A subnet by its id, and its addresses, which rules and network policies need."""

    id: SubnetId
    """Id of the subnet."""

    cidr: Cidr
    """CIDR block of the subnet. The network stack compares it with that in AWS."""


ExistingSubnets = dict[ZoneLetter, ExistingSubnet]


class ExistingNetwork(Settings):
    """A VPC that others made. The network stack reads and checks it, and changes nothing in it."""

    vpc_id: VpcId
    """Id of the VPC. It needs DNS resolution and DNS host names."""

    cidrs: Annotated[list[Cidr], Field(min_length=1, max_length=5)]
    """CIDR blocks of the VPC that the subnets are in, the primary one first."""

    owner: AccountId | None = None
    """The account that owns the VPC and shares the subnets with the environment's account through
    AWS Resource Access Manager. Default: the environment's account."""

    public: ExistingSubnets = {}
    """Public subnets by zone letter, for the load balancer of `edge`. Their route tables have a
    default route to an internet gateway."""

    private: Annotated[ExistingSubnets, Field(min_length=2)]
    """Private subnets by zone letter, one for each zone of `availability_zones`, for nodes, mount
    targets and interface endpoints."""

    database: ExistingSubnets = {}
    """Database subnets by zone letter. Default: no DB subnet group is made."""

    control_plane: ExistingSubnets = {}
    """Subnets of the control plane's network interfaces by zone letter, in two or more zones.
    Default: the private subnets."""

    pods: ExistingSubnets = {}
    """Subnets of pods by zone letter, one for each zone of `availability_zones`. Default: pods have
    addresses of the private subnets."""

    internet_access: bool = True
    """Whether the private subnets and those of pods have a default route, to a NAT gateway, a
    transit gateway or the like. With false the VPC needs endpoints for all AWS services that nodes
    and add-ons call, and Let's Encrypt cannot be used."""

    check_routes: bool = True
    """Have each plan check the default routes of public and private subnets and those of pods.
    Needs `ec2:DescribeRouteTables`."""

    tag_subnets: bool = False
    """Give public and private subnets the tags by which the AWS Load Balancer Controller finds
    them. The configuration of the subnets' owner must ignore these tags. In shared subnets they are
    tags of the environment's account, which the owner does not see. Without them, Ingresses of the
    class `alb` have load balancers in private subnets, and Services name theirs in an
    annotation."""
