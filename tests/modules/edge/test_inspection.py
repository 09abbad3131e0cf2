"""The Gateway Load Balancer: an endpoint for each zone, by zone letter (A10)."""

from ipaddress import IPv4Network, collapse_addresses
from typing import Any

import pytest

from support.edge import EdgeOutput, edge

BLOCKS = {"a": "10.0.31.0/28", "b": "10.0.31.16/28", "c": "10.0.31.32/28"}
PER_ZONE = {
    "aws_subnet",
    "aws_route",
    "aws_route_table",
    "aws_route_table_association",
    "aws_vpc_endpoint",
}
HALVES = ("lower", "upper")


def inspected(zones: str = "abc", **settings: Any) -> EdgeOutput:
    subnets = {zone: BLOCKS[zone] for zone in zones}
    return edge(zones, inspection={"enabled": True, "subnets": subnets, **settings})


def without_order(bodies: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The bodies without `depends_on`, whose change changes no resource."""
    return {
        address: {key: value for key, value in body.items() if key != "depends_on"}
        for address, body in bodies.items()
    }


@pytest.fixture(scope="module")
def made() -> EdgeOutput:
    return inspected()


def test_it_is_not_made_by_default() -> None:
    assert not [address for address in edge().bodies if "inspection" in address]


def test_appliances_get_traffic_in_geneve_from_a_gateway_load_balancer(made: EdgeOutput) -> None:
    assert made.one("aws_lb", "inspection")["load_balancer_type"] == "gateway"
    group = made.one("aws_lb_target_group", "inspection_targets")
    assert (group["protocol"], group["port"]) == ("GENEVE", 6081)
    [action] = made.one("aws_lb_listener", "inspection_listener")["default_action"]
    assert action["target_group_arn"] == "${aws_lb_target_group.inspection_targets.arn}"
    service = made.one("aws_vpc_endpoint_service", "inspection_service")
    assert service["gateway_load_balancer_arns"] == ["${aws_lb.inspection.arn}"]


@pytest.mark.parametrize("target_type", ["instance", "ip"])
def test_appliances_are_registered_by_instance_or_address(target_type: str) -> None:
    group = inspected(target_type=target_type).one("aws_lb_target_group", "inspection_targets")
    assert group["target_type"] == target_type
    assert group["name"].endswith(target_type)


@pytest.mark.parametrize("zone", ["a", "b", "c"])
def test_each_zone_has_an_endpoint_in_its_own_subnet(made: EdgeOutput, zone: str) -> None:
    subnet = made.one("aws_subnet", f"inspection_{zone}_subnet")
    assert subnet["cidr_block"] == BLOCKS[zone]
    assert subnet["availability_zone"] == f"eu-west-1{zone}"
    endpoint = made.one("aws_vpc_endpoint", f"inspection_{zone}_endpoint")
    assert endpoint["vpc_endpoint_type"] == "GatewayLoadBalancer"
    assert endpoint["subnet_ids"] == [f"${{aws_subnet.inspection_{zone}_subnet.id}}"]
    association = made.one("aws_route_table_association", f"inspection_{zone}_association")
    assert association["route_table_id"] == f"${{aws_route_table.inspection_{zone}_routes.id}}"


@pytest.mark.parametrize("zone", ["a", "b", "c"])
def test_both_directions_use_the_endpoint_of_the_public_subnets_zone(zone: str) -> None:
    made = inspected(routes=True)
    endpoint = f"${{aws_vpc_endpoint.inspection_{zone}_endpoint.id}}"
    inbound = made.one("aws_route", f"inspection_{zone}_inbound")
    assert inbound["destination_cidr_block"] == f"10.0.{'abc'.index(zone) + 1}.0/24"
    assert inbound["route_table_id"] == "${aws_route_table.inspection_gateway_routes.id}"
    outbound = [made.one("aws_route", f"inspection_{zone}_outbound_{h}") for h in HALVES]
    assert {f"public_route_table_ids.{zone}" in route["route_table_id"] for route in outbound}
    blocks = [IPv4Network(route["destination_cidr_block"]) for route in outbound]
    assert list(collapse_addresses(blocks)) == [IPv4Network("0.0.0.0/0")]
    assert {route["vpc_endpoint_id"] for route in (inbound, *outbound)} == {endpoint}


def test_inspected_traffic_goes_on_to_the_internet_gateway_and_not_back() -> None:
    made = inspected(routes=True)
    gateway = made.one("aws_route_table_association", "inspection_gateway_association")
    for zone in "abc":
        onward = made.one("aws_route", f"inspection_{zone}_internet")
        assert onward["route_table_id"] == f"${{aws_route_table.inspection_{zone}_routes.id}}"
        assert onward["destination_cidr_block"] == "0.0.0.0/0"
        assert onward["gateway_id"] == gateway["gateway_id"]
        assert "internet_gateway_id" in onward["gateway_id"]


def test_without_routes_none_is_made_and_outputs_have_what_appliances_need(
    made: EdgeOutput,
) -> None:
    assert made.of("aws_route") == {}
    outputs = made.json["output"]
    assert set(outputs["inspection_endpoint_ids"]["value"]) == set("abc")
    assert set(outputs["inspection_route_table_ids"]["value"]) == set("abc")
    assert "inspection_target_group_arn" in outputs


def test_a_new_zone_changes_only_the_two_load_balancers() -> None:
    two, three = (without_order(inspected(zones, routes=True).bodies) for zones in ("ab", "abc"))
    changed = {address for address in two if three.get(address) != two[address]}
    assert changed == {"aws_lb.load_balancer", "aws_lb.inspection"}
    added = set(three) - set(two)
    assert {address.split(".")[0] for address in added} == PER_ZONE
    assert all("inspection_c_" in address for address in added)
