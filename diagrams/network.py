"""The network: subnets by zone, gateways, and where each subnet's traffic goes."""

from collections.abc import Mapping
from typing import Any

from diagrams import mermaid
from diagrams.stack import Json, referred, resources


def network_picture(network: Json) -> str:
    """Draws a network.

    Args:
        network: the synthesized network stack.

    Returns:
        A Mermaid flowchart: subnets by zone, and a line for every route and gateway.
    """
    subnets, gateways = resources(network, "aws_subnet"), resources(network, "aws_nat_gateway")
    beside = {referred(gateway["subnet_id"])[1]: name for name, gateway in gateways.items()}
    zones: list[str] = []
    for zone in sorted({subnet["availability_zone"] for subnet in subnets.values()}):
        inside = [
            line
            for name, subnet in subnets.items()
            if subnet["availability_zone"] == zone
            for line in _subnet(name, subnet, beside)
        ]
        zones += mermaid.group(zone, zone, inside)
    endpoints = resources(network, "aws_vpc_endpoint")
    vpc = resources(network, "aws_vpc")["vpc"]
    return mermaid.flowchart(
        [
            mermaid.circle("internet", "Internet"),
            mermaid.node("igw", "Internet gateway"),
            *mermaid.group("vpc", f"VPC {vpc['cidr_block']}", zones),
            "  internet <--> igw",
            *(mermaid.arrow(gateway, "igw") for gateway in beside.values()),
            *_routes(network),
            *(
                mermaid.store(name, f"{name.removesuffix('_endpoint')} endpoint")
                for name in endpoints
            ),
            *(mermaid.arrow("vpc", name, dotted=True) for name in endpoints),
        ]
    )


def _subnet(name: str, subnet: Mapping[str, Any], gateways: Mapping[str, str]) -> list[str]:
    lines = [mermaid.node(name, name.rpartition("_")[0], subnet["cidr_block"])]
    if gateway := gateways.get(name):
        lines.append(mermaid.node(gateway, "NAT gateway"))
    return lines


def _routes(network: Json) -> list[str]:
    subnets: dict[str, list[str]] = {}
    for association in resources(network, "aws_route_table_association").values():
        _, table = referred(association["route_table_id"])
        subnets.setdefault(table, []).append(referred(association["subnet_id"])[1])
    lines: list[str] = []
    for route in resources(network, "aws_route").values():
        nat = route.get("nat_gateway_id")
        target = referred(nat)[1] if nat else "igw"
        _, table = referred(route["route_table_id"])
        lines += [mermaid.arrow(subnet, target) for subnet in subnets[table]]
    return lines
