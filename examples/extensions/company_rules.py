"""What a company demands beyond the rules of the project."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from extension_api import Environment, Problem, SynthesizedStack, check, rule

COMPANY: Final = IPv4Network("10.0.0.0/8")
"""The addresses that the company's VPN routes."""

OPEN: Final = {80, 443}
"""Ports that may be open to the internet."""


@rule("network")
def networks_are_in_the_companys_block(environment: Environment) -> Iterator[Problem]:
    """The VPN routes the addresses of the VPC."""
    cidr = environment.network.cidr
    if not cidr.subnet_of(COMPANY):
        message = "is not in the company's block"
        yield Problem(("network", "cidr"), message, str(cidr), f"a block in {COMPANY}")


@rule("tags", severity="warning")
def environments_have_a_cost_center(environment: Environment) -> Iterator[Problem]:
    """The bill is split by this tag."""
    if "cost-center" not in environment.tags:
        yield Problem(("tags",), "has no cost-center: the bill names no department")


@check
def only_web_ports_are_open(stack: SynthesizedStack) -> Iterator[str]:
    """Security groups open no other port to the internet."""
    for address, body in stack.resources("aws_vpc_security_group_ingress_rule"):
        if body.get("cidr_ipv4") == "0.0.0.0/0" and body.get("from_port") not in OPEN:
            yield f"{address} opens port {body.get('from_port')} to the internet"
