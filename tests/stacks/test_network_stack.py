"""The network stack (A1 to A9, A11): what an engineer finds in the VPC."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.environments import environment
from support.output import Output, Stack, synthesized_output

REFERENCE = {
    "public": ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
    "private": ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"],
    "database": ["10.0.21.0/24", "10.0.22.0/24", "10.0.23.0/24"],
}


@pytest.fixture
def prod(output: Output) -> Stack:
    return output.stack("prod-network")


def network(path: Path, **settings: Any) -> Stack:
    synthesized = synthesized_output(path, environment(network=settings))
    return synthesized.stack("test-network")


def test_a1_vpc_has_dns_and_a_default_group_without_rules(prod: Stack) -> None:
    vpc = prod.resources("aws_vpc")["vpc"]
    assert vpc["cidr_block"] == "10.0.0.0/16"
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True
    group = prod.resources("aws_default_security_group")["default_security_group"]
    assert "ingress" not in group
    assert "egress" not in group


def test_a1_flow_logs_are_encrypted_and_kept(prod: Stack) -> None:
    group = prod.resources("aws_cloudwatch_log_group")["flow_logs_group"]
    assert group["kms_key_id"] == "${aws_kms_key.flow_logs_key.arn}"
    assert group["retention_in_days"] == 365
    flow_log = prod.resources("aws_flow_log")["flow_log"]
    assert flow_log["traffic_type"] == "ALL"
    assert flow_log["log_destination"] == "${aws_cloudwatch_log_group.flow_logs_group.arn}"
    key = prod.resources("aws_kms_key")["flow_logs_key"]
    assert key["enable_key_rotation"] is True


def test_a1_flow_logs_start_after_their_role_has_its_permissions(prod: Stack) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html"""
    policy = prod.resources("aws_iam_role_policy")["flow_logs_policy"]["policy"]
    allowed = {s["Sid"]: (s["Action"], s["Resource"]) for s in json.loads(policy)["Statement"]}
    groups = "arn:aws:logs:eu-west-1:123456789012:log-group"
    group = f"{groups}:/aws/vpc/prod/flow-logs"
    assert allowed == {
        "Find": ("logs:DescribeLogGroups", f"{groups}:*"),
        "Write": (
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [group, f"{group}:log-stream:*"],
        ),
    }
    flow_log = prod.resources("aws_flow_log")["flow_log"]
    assert flow_log["depends_on"] == ["aws_iam_role_policy.flow_logs_policy"]


@pytest.mark.parametrize("tier", REFERENCE)
def test_a2_a3_a4_subnets_have_the_reference_blocks_and_no_public_addresses(
    prod: Stack, tier: str
) -> None:
    subnets = prod.resources("aws_subnet")
    for zone, block in zip("abc", REFERENCE[tier], strict=True):
        subnet = subnets[f"{tier}_{zone}"]
        assert subnet["cidr_block"] == block
        assert subnet["availability_zone"] == f"eu-west-1{zone}"
        assert subnet["map_public_ip_on_launch"] is False


def test_a2_a3_subnets_are_found_by_load_balancers_and_karpenter(prod: Stack) -> None:
    tags = {name: subnet["tags"] for name, subnet in prod.resources("aws_subnet").items()}
    assert tags["public_a"] == {"Name": "prod-public-a", "kubernetes.io/role/elb": "1"}
    assert tags["private_a"] == {
        "Name": "prod-private-a",
        "kubernetes.io/role/internal-elb": "1",
        "kubernetes.io/role/cni": "0",
        "karpenter.sh/discovery": "prod",
    }
    assert tags["database_a"] == {"Name": "prod-database-a"}


def test_a3_pods_have_subnets_of_their_own_which_only_the_cni_of_the_cluster_uses(
    prod: Stack,
) -> None:
    subnet = prod.resources("aws_subnet")["pods_b"]
    assert subnet["cidr_block"] == "10.0.128.0/18"
    assert subnet["availability_zone"] == "eu-west-1b"
    assert subnet["map_public_ip_on_launch"] is False
    assert subnet["tags"] == {
        "Name": "prod-pods-b",
        "kubernetes.io/role/cni": "1",
        "cni.networking.k8s.aws/cluster/prod": "shared",
    }


def test_a3_the_control_plane_has_small_subnets_that_nothing_else_finds(prod: Stack) -> None:
    subnets = prod.resources("aws_subnet")
    assert [subnets[f"control_plane_{zone}"]["cidr_block"] for zone in "abc"] == [
        "10.0.28.0/28",
        "10.0.28.16/28",
        "10.0.28.32/28",
    ]
    assert subnets["control_plane_a"]["tags"] == {"Name": "prod-control-plane-a"}


def test_a3_a11_a_control_plane_with_zones_keeps_them_where_a_zone_is_added(output: Output) -> None:
    """EKS never changes the zones of a cluster."""
    network = output.stack("full-network")
    assert "private_c" in network.resources("aws_subnet")
    assert "control_plane_c" not in network.resources("aws_subnet")
    cluster = output.stack("full-cluster").resources("aws_eks_cluster")["cluster"]
    state = "${data.terraform_remote_state.network.outputs.control_plane_subnet_ids."
    assert cluster["vpc_config"]["subnet_ids"] == [f"{state}{zone}}}" for zone in "ab"]


def test_a3_pods_and_control_plane_use_the_routes_of_the_private_subnets(prod: Stack) -> None:
    associations = prod.resources("aws_route_table_association")
    for zone in "abc":
        for tier in ("private", "pods", "control_plane"):
            table = associations[f"{tier}_{zone}_association"]["route_table_id"]
            assert table == f"${{aws_route_table.private_{zone}_routes.id}}"


def test_a3_pods_in_a_secondary_block_reach_the_endpoints(output: Output) -> None:
    stack = output.stack("isolated-network")
    block = stack.resources("aws_vpc_ipv4_cidr_block_association")["vpc_secondary_cidr"]
    assert (block["vpc_id"], block["cidr_block"]) == ("${aws_vpc.vpc.id}", "100.64.0.0/16")
    subnets = stack.resources("aws_subnet")
    for zone, cidr in (("a", "100.64.0.0/17"), ("b", "100.64.128.0/17")):
        assert subnets[f"pods_{zone}"]["cidr_block"] == cidr
        # Without the block AWS refuses the subnet.
        assert subnets[f"pods_{zone}"]["depends_on"] == [
            "aws_vpc_ipv4_cidr_block_association.vpc_secondary_cidr"
        ]
    assert "depends_on" not in subnets["private_a"]
    rules = stack.resources("aws_vpc_security_group_ingress_rule").values()
    assert {rule["cidr_ipv4"] for rule in rules} == {"10.3.0.0/16", "100.64.0.0/16"}


def test_a4_a7_database_subnets_have_separate_tables_without_routes(prod: Stack) -> None:
    routed = {route["route_table_id"] for route in prod.resources("aws_route").values()}
    associations = prod.resources("aws_route_table_association")
    for zone in "abc":
        table = associations[f"database_{zone}_association"]["route_table_id"]
        assert table == f"${{aws_route_table.database_{zone}_routes.id}}"
        assert table not in routed
    group = prod.resources("aws_db_subnet_group")["database_subnet_group"]
    assert group["subnet_ids"] == [f"${{aws_subnet.database_{zone}.id}}" for zone in "abc"]


def test_a9_pod_subnets_keep_room_for_prefixes(prod: Stack) -> None:
    reservations = prod.resources("aws_ec2_subnet_cidr_reservation")
    assert {name: body["cidr_block"] for name, body in reservations.items()} == {
        "pods_a_prefixes_20": "10.0.80.0/20",
        "pods_a_prefixes_19": "10.0.96.0/19",
        "pods_b_prefixes_20": "10.0.144.0/20",
        "pods_b_prefixes_19": "10.0.160.0/19",
        "pods_c_prefixes_20": "10.0.208.0/20",
        "pods_c_prefixes_19": "10.0.224.0/19",
    }
    assert {body["reservation_type"] for body in reservations.values()} == {"prefix"}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"nat": "single"},
        {"nat": "none", "interface_endpoints": "private_cluster"},
        {"private_subnets": {"prefix_length": 20}, "pods": {"secondary_cidr": "100.64.0.0/16"}},
        {"pods": {"prefix_length": 19, "prefix_reservation": "half"}},
    ],
)
def test_a11_adding_a_zone_adds_resources_and_changes_none(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    before = network(tmp_path / "2", availability_zones=["a", "c"], **settings).by_address()
    after = network(tmp_path / "3", availability_zones=["a", "c", "b"], **settings).by_address()
    changed = {address for address, body in before.items() if after.get(address) != body}
    # A DB subnet group is one resource over all zones; AWS adds the subnet to it in place.
    assert changed == {"aws_db_subnet_group.database_subnet_group"}
    assert all("_b" in address for address in after.keys() - before.keys())


def test_flow_logs_can_be_switched_off(tmp_path: Path) -> None:
    stack = network(tmp_path, flow_logs={"enabled": False})
    assert not stack.resources("aws_flow_log")
    assert not stack.resources("aws_kms_key")


def test_outputs_are_the_contract_with_other_stacks(prod: Stack) -> None:
    assert set(prod.json["output"]) == {
        "vpc_id",
        "vpc_cidr",
        "public_subnet_ids",
        "private_subnet_ids",
        "database_subnet_ids",
        "control_plane_subnet_ids",
        "pods_subnet_ids",
        "database_subnet_group",
        "nat_public_ips",
    }
    assert prod.json["output"]["private_subnet_ids"]["value"] == {
        zone: f"${{aws_subnet.private_{zone}.id}}" for zone in "abc"
    }
