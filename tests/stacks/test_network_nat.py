"""Internet access of the network stack: NAT gateways and the tables of public subnets (A5, A6)."""

from pathlib import Path
from typing import Any

import pytest

from support.environments import environment
from support.output import Output, Stack, synthesized_output


@pytest.fixture
def prod(output: Output) -> Stack:
    return output.stack("prod-network")


def network(path: Path, **settings: Any) -> Stack:
    synthesized = synthesized_output(path, environment(network=settings))
    return synthesized.stack("test-network")


def test_a5_public_subnets_share_a_table_that_leads_to_the_internet_gateway(prod: Stack) -> None:
    route = prod.resources("aws_route")["public_internet"]
    assert route["gateway_id"] == "${aws_internet_gateway.internet_gateway.id}"
    assert route["destination_cidr_block"] == "0.0.0.0/0"
    associations = prod.resources("aws_route_table_association")
    for zone in "abc":
        assert (
            associations[f"public_{zone}_association"]["route_table_id"] == route["route_table_id"]
        )


def test_a5_a10_with_inspection_each_public_subnet_has_a_table_of_its_own(output: Output) -> None:
    stack = output.stack("inspection-network")
    associations = stack.resources("aws_route_table_association")
    for zone in "abc":
        route = stack.resources("aws_route")[f"public_{zone}_internet"]
        assert route["route_table_id"] == f"${{aws_route_table.public_{zone}_routes.id}}"
        assert route["gateway_id"] == "${aws_internet_gateway.internet_gateway.id}"
        association = associations[f"public_{zone}_association"]
        assert association["route_table_id"] == route["route_table_id"]
        assert association["depends_on"] == [f"aws_route.public_{zone}_internet"]


def test_a6_every_zone_has_its_own_nat_gateway(prod: Stack) -> None:
    for zone in "abc":
        gateway = prod.resources("aws_nat_gateway")[f"nat_{zone}"]
        assert gateway["subnet_id"] == f"${{aws_subnet.public_{zone}.id}}"
        assert gateway["depends_on"] == ["aws_internet_gateway.internet_gateway"]
        route = prod.resources("aws_route")[f"private_{zone}_internet"]
        assert route["nat_gateway_id"] == f"${{aws_nat_gateway.nat_{zone}.id}}"
        assert route["route_table_id"] == f"${{aws_route_table.private_{zone}_routes.id}}"


def test_a6_single_nat_serves_all_zones_from_the_first(tmp_path: Path) -> None:
    stack = network(tmp_path, nat="single", availability_zones=["b", "a"])
    assert set(stack.resources("aws_nat_gateway")) == {"nat_b"}
    routes = {
        name: route["nat_gateway_id"]
        for name, route in stack.resources("aws_route").items()
        if name.startswith("private")
    }
    assert routes == dict.fromkeys(
        ["private_a_internet", "private_b_internet"], "${aws_nat_gateway.nat_b.id}"
    )


def test_a6_a11_a_single_nat_with_a_zone_stays_where_a_zone_is_added_before_it(
    tmp_path: Path,
) -> None:
    settings = {"nat": "single", "nat_zone": "b"}
    before = network(tmp_path / "2", availability_zones=["b", "c"], **settings).by_address()
    after = network(tmp_path / "3", availability_zones=["a", "b", "c"], **settings).by_address()
    changed = {address for address, body in before.items() if after.get(address) != body}
    assert changed == {"aws_db_subnet_group.database_subnet_group"}
    assert after["aws_nat_gateway.nat_b"] == before["aws_nat_gateway.nat_b"]
    assert after["aws_route.private_a_internet"]["nat_gateway_id"] == (
        "${aws_nat_gateway.nat_b.id}"
    )


def test_a6_regional_nat_needs_no_address_and_a_newer_provider(tmp_path: Path) -> None:
    stack = network(tmp_path, nat="regional")
    gateway = stack.resources("aws_nat_gateway")["nat_regional"]
    assert gateway["availability_mode"] == "regional"
    assert gateway["vpc_id"] == "${aws_vpc.vpc.id}"
    assert "subnet_id" not in gateway
    assert not stack.resources("aws_eip")
    assert stack.json["terraform"]["required_providers"]["aws"]["version"] == ">= 6.24, < 7.0"


def test_a6_without_nat_private_subnets_have_no_internet_access(tmp_path: Path) -> None:
    stack = network(tmp_path, nat="none", interface_endpoints="private_cluster")
    assert not stack.resources("aws_nat_gateway")
    assert set(stack.resources("aws_route")) == {"public_internet"}
