"""Security groups of the cluster (C7, C8): rules, and the groups of a network interface."""

import re

import pytest

from config.derived import limits
from modules.cluster.security_group_rules import cidr_rules, security_group_rules
from support.cluster import Cluster, cluster
from support.environments import environment

INGRESS = "aws_vpc_security_group_ingress_rule"
EGRESS = "aws_vpc_security_group_egress_rule"

NODE = "${aws_security_group.node_security_group.id}"
CONTROL_PLANE = "${aws_security_group.control_plane_security_group.id}"

ALLOWED = re.compile(r"[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{1,255}")
"""Characters that AWS accepts in a description.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html"""


@pytest.fixture(scope="module")
def default() -> Cluster:
    return cluster(node_groups={"batch": {}})


def ports(made: Cluster, type_: str, group: str, peer: str) -> set[tuple[str, int | None]]:
    """Protocols and ports of a group's rules that name a peer."""
    key = "referenced_security_group_id" if peer.startswith("${") else "cidr_ipv4"
    return {
        (rule["ip_protocol"], rule.get("from_port"))
        for rule in made.of(type_).values()
        if rule["security_group_id"] == group and rule.get(key) == peer
    }


def test_every_rule_has_a_reason() -> None:
    settings = environment(
        cluster={"api_access_cidrs": ["10.8.0.0/16"], "node_ssh": {"cidrs": ["10.9.0.0/16"]}}
    )
    for rule in [*security_group_rules(settings), *cidr_rules(settings)]:
        assert rule.reason, rule
        assert ALLOWED.fullmatch(rule.description), rule


def test_every_rule_has_a_valid_description(default: Cluster) -> None:
    for type_ in (INGRESS, EGRESS, "aws_security_group"):
        for id_, rule in default.of(type_).items():
            assert ALLOWED.fullmatch(rule["description"]), id_


def test_a_nodes_network_interface_has_one_group(default: Cluster) -> None:
    """Because the launch template names a group, EKS does not add its own to nodes."""
    templates = default.of("aws_launch_template")
    assert len(templates) == 2
    for id_, template in templates.items():
        assert template["vpc_security_group_ids"] == [NODE], id_
        assert "network_interfaces" not in template, id_


@pytest.mark.parametrize(
    ("key", "value"),
    [("kubernetes.io/cluster/test", "owned"), ("karpenter.sh/discovery", "test")],
)
def test_one_group_has_the_tags_of_the_controllers(default: Cluster, key: str, value: str) -> None:
    tagged = {
        id_: group["tags"][key]
        for id_, group in default.of("aws_security_group").items()
        if key in group["tags"]
    }
    assert tagged == {"node_security_group": value}


def test_the_api_is_open_to_nodes_on_443_and_nothing_else(default: Cluster) -> None:
    assert ports(default, INGRESS, CONTROL_PLANE, NODE) == {("tcp", 443)}
    rules = [r for r in default.of(INGRESS).values() if r["security_group_id"] == CONTROL_PLANE]
    assert len(rules) == 1


def test_the_control_plane_reaches_kubelets_webhooks_and_dns(default: Cluster) -> None:
    expected = {("tcp", port) for port in (53, 443, 4443, 6443, 8443, 9443, 10250, 10251)}
    expected.add(("udp", 53))
    assert ports(default, INGRESS, NODE, CONTROL_PLANE) == expected
    assert ports(default, EGRESS, CONTROL_PLANE, NODE) == expected


def test_nodes_and_pods_reach_each_other(default: Cluster) -> None:
    assert ports(default, INGRESS, NODE, NODE) == {("-1", None)}
    assert ports(default, EGRESS, NODE, NODE) == {("-1", None)}


def test_the_internet_reaches_nothing_in_the_cluster(default: Cluster) -> None:
    assert all(rule.get("cidr_ipv4") != "0.0.0.0/0" for rule in default.of(INGRESS).values())


def test_ssh_needs_a_configured_network_and_key_pair(default: Cluster) -> None:
    all_ports = {rule.get("from_port") for rule in default.of(INGRESS).values()}
    assert 22 not in all_ports
    assert all("key_name" not in t for t in default.of("aws_launch_template").values())
    made = cluster(node_ssh={"cidrs": ["10.9.0.0/16"], "key_pair": "ops"})
    assert ports(made, INGRESS, NODE, "10.9.0.0/16") == {("tcp", 22)}
    assert made.one("aws_launch_template", "launch_template_system")["key_name"] == "ops"


def test_a_configured_network_reaches_the_private_api() -> None:
    made = cluster(api_access_cidrs=["10.8.0.0/16"])
    assert ports(made, INGRESS, CONTROL_PLANE, "10.8.0.0/16") == {("tcp", 443)}


def test_only_nodes_have_unrestricted_egress(default: Cluster) -> None:
    outward = [r for r in default.of(EGRESS).values() if r.get("cidr_ipv4") == "0.0.0.0/0"]
    assert {rule["security_group_id"] for rule in outward} == {NODE}
    assert {(r["ip_protocol"], r["from_port"], r["to_port"]) for r in outward} == {
        ("tcp", 0, 65535),
        ("udp", 0, 65535),
    }


def test_a_new_cidr_block_changes_no_other_rule() -> None:
    one, two = (
        cluster(api_access_cidrs=blocks).of(INGRESS)
        for blocks in (["10.8.0.0/16"], ["10.7.0.0/16", "10.8.0.0/16"])
    )
    assert {id_: two[id_] for id_ in one} == one
    assert set(two) - set(one) == {"control_plane_from_10_7_0_0_16_api"}


def test_no_group_exceeds_the_quota_of_rules() -> None:
    def blocks(count: int) -> list[str]:
        return [f"10.{index}.0.0/16" for index in range(1, count + 1)]

    made = cluster(
        api_access_cidrs=blocks(40),
        node_ssh={"cidrs": blocks(20), "key_pair": "ops"},
    )
    for type_ in (INGRESS, EGRESS):
        rules = [rule["security_group_id"] for rule in made.of(type_).values()]
        assert max(rules.count(group) for group in set(rules)) <= limits.SECURITY_GROUP_RULES


def test_without_a_file_system_there_is_no_group_for_it() -> None:
    made = cluster(efs={"enabled": False})
    assert "file_system_security_group" not in made.of("aws_security_group")
    assert all("file_system" not in id_ for id_ in made.of(INGRESS))
