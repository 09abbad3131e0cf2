"""VPC endpoints of the network stack (A8)."""

from pathlib import Path
from typing import Any

import pytest

from support.environments import environment
from support.output import Output, Stack, synthesized_output


def network(path: Path, **settings: Any) -> Stack:
    synthesized = synthesized_output(path, environment(network=settings))
    return synthesized.stack("test-network")


@pytest.mark.parametrize("name", ["prod", "inspection"])
def test_a8_gateway_endpoints_serve_every_route_table(output: Output, name: str) -> None:
    stack = output.stack(f"{name}-network")
    associations = stack.resources("aws_vpc_endpoint_route_table_association")
    for service in ("s3", "dynamodb"):
        endpoint = stack.resources("aws_vpc_endpoint")[f"{service}_endpoint"]
        assert endpoint["service_name"] == f"com.amazonaws.eu-west-1.{service}"
        assert endpoint["vpc_endpoint_type"] == "Gateway"
        served = {
            association["route_table_id"]
            for association in associations.values()
            if association["vpc_endpoint_id"] == f"${{aws_vpc_endpoint.{service}_endpoint.id}}"
        }
        tables = {f"${{aws_route_table.{id_}.id}}" for id_ in stack.resources("aws_route_table")}
        assert served == tables


def test_a8_a_private_cluster_reaches_aws_through_interface_endpoints(tmp_path: Path) -> None:
    stack = network(tmp_path, interface_endpoints="private_cluster")
    endpoints = stack.resources("aws_vpc_endpoint")
    for service in ("ecr_api", "ecr_dkr", "sts", "eks", "eks_auth", "ec2", "ssm"):
        endpoint = endpoints[f"{service}_endpoint"]
        assert endpoint["vpc_endpoint_type"] == "Interface"
        assert endpoint["private_dns_enabled"] is True
    rule = stack.resources("aws_vpc_security_group_ingress_rule")["endpoints_https"]
    assert (rule["from_port"], rule["to_port"], rule["cidr_ipv4"]) == (443, 443, "10.0.0.0/16")


def test_a8_further_interface_endpoints_can_be_named(tmp_path: Path) -> None:
    stack = network(tmp_path, additional_interface_endpoints=["sns"])
    assert set(stack.resources("aws_vpc_endpoint")) == {
        "s3_endpoint",
        "dynamodb_endpoint",
        "sns_endpoint",
    }


def test_a8_s3_has_an_interface_endpoint_beside_its_gateway(tmp_path: Path) -> None:
    stack = network(tmp_path, additional_interface_endpoints=["s3"])
    endpoints = stack.resources("aws_vpc_endpoint")
    assert endpoints["s3_endpoint"]["vpc_endpoint_type"] == "Gateway"
    interface = endpoints["s3_interface_endpoint"]
    assert interface["vpc_endpoint_type"] == "Interface"
    assert interface["private_dns_enabled"] is True
    # Without the gateway endpoint AWS refuses these DNS options.
    assert interface["dns_options"] == {"private_dns_only_for_inbound_resolver_endpoint": True}
    assert interface["depends_on"] == ["aws_vpc_endpoint.s3_endpoint"]
    associations = stack.resources("aws_vpc_endpoint_subnet_association")
    assert set(associations) == {f"s3_interface_endpoint_{zone}" for zone in "abc"}


def test_a8_dynamodb_has_an_interface_endpoint_without_private_dns(tmp_path: Path) -> None:
    stack = network(
        tmp_path,
        interface_endpoints="private_cluster",
        additional_interface_endpoints=["dynamodb", "ecr.api"],
    )
    interface = stack.resources("aws_vpc_endpoint")["dynamodb_interface_endpoint"]
    assert interface["vpc_endpoint_type"] == "Interface"
    assert interface["private_dns_enabled"] is False
    assert "dns_options" not in interface
