"""NAT gateways, endpoints and load balancers."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from runner.bill.lines import Item
from runner.bill.resource import BilledResource
from runner.bill.use import MONTH, Use

UNITS: Final = {"alb": "alb.lcu_hour", "nlb": "nlb.nlcu_hour", "gwlb": "gwlb.glcu_hour"}
KINDS: Final = {"application": "alb", "network": "nlb", "gateway": "gwlb"}


def nat_gateway(resource: BilledResource, use: Use) -> Iterator[Item]:
    """Hours of a gateway, and its share of the data; a regional one counts in each zone."""
    regional = resource.body.get("availability_mode") == "regional"
    kind = "regional" if regional else "zonal"
    zones = len(use.environment.network.availability_zones) if regional else 1
    yield Item("hours", f"nat_gateway.{kind}_hour", MONTH * zones)
    if regional:
        # It has a public address in each zone, which AWS allocates.
        yield Item("public IPv4 addresses", "public_ipv4.in_use_hour", MONTH * zones)
    share = use.assumed("nat_gb") / len(resource.siblings[resource.type])
    yield Item("data processed", f"nat_gateway.{kind}_gb", share, "nat_gb")


def endpoint(resource: BilledResource, use: Use) -> Iterator[Item]:
    """Hours in the subnets that the endpoint itself names; endpoints of gateways are free."""
    kind, subnets = resource.body.get("vpc_endpoint_type"), len(resource.blocks("subnet_ids"))
    if kind == "Interface" and subnets:
        yield Item("hours in zones", "vpc_endpoint.interface_hour", MONTH * subnets)
    elif kind == "GatewayLoadBalancer":
        yield Item("hours", "vpc_endpoint.gwlb_hour", MONTH * subnets)
        alike = resource.siblings[resource.type].values()
        number = sum(each.get("vpc_endpoint_type") == kind for each in alike)
        share = use.assumed("inspection_gb") / number
        yield Item("data processed", "vpc_endpoint.gwlb_gb", share, "inspection_gb")


def endpoint_in_a_subnet(_resource: BilledResource, _use: Use) -> Iterator[Item]:
    """Hours of an interface endpoint in one zone."""
    yield Item("hours in a zone", "vpc_endpoint.interface_hour", MONTH)


def load_balancer(resource: BilledResource, use: Use) -> Iterator[Item]:
    """Hours, capacity units, and the public addresses of one that faces the internet."""
    kind = KINDS[resource.body.get("load_balancer_type", "application")]
    subnets = resource.blocks("subnets")
    # AWS's price of a Gateway Load Balancer is for each zone.
    hours = MONTH * len(subnets) if kind == "gwlb" else MONTH
    yield Item("hours", f"{kind}.hour", hours)
    if kind != "gwlb" and not resource.body.get("internal"):
        addresses = MONTH * len(subnets)
        yield Item("public IPv4 addresses", "public_ipv4.in_use_hour", addresses)
    units = use.assumed("load_balancer_units") * MONTH
    yield Item("capacity units", UNITS[kind], units, "load_balancer_units")


def flow_log(resource: BilledResource, use: Use) -> Iterator[Item]:
    """What goes to S3; a log group of CloudWatch has a line of its own."""
    if resource.body.get("log_destination_type") == "s3":
        quantity = use.assumed("flow_logs_gb")
        yield Item("logs delivered", "cloudwatch.vended_logs_s3_gb", quantity, "flow_logs_gb")


def web_acl(resource: BilledResource, use: Use) -> Iterator[Item]:
    """The ACL, its rules, of which a managed group counts as one, and the requests."""
    yield Item("web ACL", "waf.web_acl_month", Decimal(1))
    yield Item("rules", "waf.rule_month", Decimal(len(resource.blocks("rule"))))
    requests = use.assumed("web_requests_million")
    yield Item("requests", "waf.requests_million", requests, "web_requests_million")


def health_check(resource: BilledResource, _use: Use) -> Iterator[Item]:
    """A check of an endpoint in AWS, and what it has of the options that cost extra."""
    body = resource.body
    yield Item("health check", "route53.health_check_aws_month", Decimal(1))
    options = (
        str(body.get("type", "")).startswith("HTTPS"),
        bool(body.get("search_string")),
        body.get("request_interval") == 10,  # noqa: PLR2004 -- seconds, the fast interval
        bool(body.get("measure_latency")),
    )
    if any(options):
        number = Decimal(sum(options))
        yield Item("options", "route53.health_check_option_aws_month", number)
