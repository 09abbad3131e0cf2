"""A VPC that a network team made, without Terraform, with the subnets of `network.existing`."""

from dataclasses import dataclass
from typing import Any

from config.derived import ip_plan
from config.environment import Environment
from tools.emulator import LocalAws


@dataclass(frozen=True)
class TeamVpc:
    """The VPC in the emulated account.

    Attributes:
        settings: `network.existing` of the environment with the ids that AWS gave.
        private_table: the route table of private subnets and those of pods.
    """

    settings: dict[str, Any]
    private_table: str

    @property
    def vpc_id(self) -> str:
        return self.settings["vpc_id"]

    def subnet(self, tier: str, zone: str) -> str:
        return self.settings[tier][zone]["id"]


def make_vpc(aws: LocalAws, environment: Environment) -> TeamVpc:
    """Makes the VPC as `network.existing` describes it: public subnets use its main table."""
    existing = environment.network.existing
    assert existing is not None
    ec2 = aws.client("ec2", environment.region)
    vpc = ec2.create_vpc(CidrBlock=str(existing.cidrs[0]))["Vpc"]["VpcId"]
    for cidr in existing.cidrs[1:]:
        ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock=str(cidr))
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{name: {"Value": True}})
    settings: dict[str, Any] = {**existing.model_dump(mode="json"), "vpc_id": vpc, "owner": None}
    planned = ip_plan.plan(environment.network)
    for subnet in planned.subnets:
        made = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=str(subnet.cidr),
            AvailabilityZone=f"{environment.region}{subnet.zone}",
        )
        settings[subnet.tier][subnet.zone]["id"] = made["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    main = ec2.describe_route_tables(Filters=of_vpc)["RouteTables"][0]["RouteTableId"]
    _default_route(ec2, main, GatewayId=gateway)
    # A private NAT gateway; without public subnets it stands for the way to other networks.
    outer = next(iter((settings["public"] or settings["private"]).values()))["id"]
    nat = ec2.create_nat_gateway(SubnetId=outer, ConnectivityType="private")["NatGateway"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    _default_route(ec2, table, NatGatewayId=nat["NatGatewayId"])
    for tier in ("private", "pods"):
        for subnet in settings[tier].values():
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["id"])
    return TeamVpc(settings, table)


def _default_route(ec2: Any, table: str, **target: str) -> None:
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
