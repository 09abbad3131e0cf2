"""EC2: what a route table that is associated with an internet gateway may contain."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from moto.ec2.responses import EC2Response

from tools.emulator.gaps.moto_hooks import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.core.responses import ActionResult


class RouteTables(EC2Response):
    """EC2 that refuses routes and associations as AWS does.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
    """

    def associate_route_table(self) -> ActionResult:
        """Answers AssociateRouteTable; refused for what has a table already."""
        table: Any = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
        gateway_id = self._get_param("GatewayId")
        target = gateway_id or self._get_param("SubnetId")
        if any(target in other._associations.values() for other in self._tables()):
            raise AwsError(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {table.id} conflicts with an existing "
                "association",
            )
        if gateway_id:
            for route in table.routes:
                if not route.local:
                    self._check_inbound(table, route.destination_cidr_block, route.vpc_endpoint_id)
        return super().associate_route_table()

    def create_route(self) -> ActionResult:
        """Answers CreateRoute; refused in a gateway's table for anything but a subnet's block."""
        table: Any = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
        if any(target.startswith("igw-") for target in table._associations.values()):
            self._check_inbound(
                table, self._get_param("DestinationCidrBlock"), self._get_param("VpcEndpointId")
            )
        return super().create_route()

    def _check_inbound(self, table: Any, block: str, endpoint_id: str | None) -> None:
        if endpoint_id is None:
            raise AwsError(
                "InvalidParameterValue",
                f"invalid value for parameter gateway-id: route table {table.id} contains a route "
                "with an unsupported target",
            )
        if IPv4Network(block) not in map(IPv4Network, self._destinations(table.vpc_id)):
            raise AwsError(
                "InvalidParameterValue",
                f"The destination CIDR block {block} is equal to neither the VPC's CIDR block nor "
                "that of a subnet in it.",
            )

    def _destinations(self, vpc_id: str) -> Iterator[str]:
        vpc: Any = self.ec2_backend.get_vpc(vpc_id)
        yield from (each["cidr_block"] for each in vpc.cidr_block_association_set)
        for subnets in self.ec2_backend.subnets.values():
            yield from (each.cidr_block for each in subnets.values() if each.vpc_id == vpc_id)

    def _tables(self) -> list[Any]:
        return list(self.ec2_backend.route_tables.values())
