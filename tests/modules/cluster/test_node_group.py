"""Managed node groups (C6): hardening, names, changes without downtime."""

from base64 import b64decode
from typing import Any

import pytest

from config import versions
from support.cluster import Cluster, cluster
from support.environments import environment

SYSTEM = "node_group_system"


@pytest.fixture(scope="module")
def default() -> Cluster:
    return cluster()


def group(made: Cluster, id_: str = SYSTEM) -> dict[str, Any]:
    return made.one("aws_eks_node_group", id_)


def template(made: Cluster, id_: str = "launch_template_system") -> dict[str, Any]:
    return made.one("aws_launch_template", id_)


def test_system_nodes_are_in_the_private_subnets_of_all_zones(default: Cluster) -> None:
    state = "${data.terraform_remote_state.network.outputs.private_subnet_ids."
    assert group(default)["subnet_ids"] == [f"{state}{zone}}}" for zone in "abc"]


def test_system_nodes_run_the_platforms_pods_only(default: Cluster) -> None:
    assert group(default)["taint"] == [
        {"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}
    ]
    assert group(default)["capacity_type"] == "ON_DEMAND"


def test_pods_cannot_reach_the_nodes_credentials(default: Cluster) -> None:
    assert template(default)["metadata_options"] == {
        "http_endpoint": "enabled",
        "http_tokens": "required",
        "http_put_response_hop_limit": 1,
    }


@pytest.mark.parametrize(
    ("ami", "devices"),
    [("al2023", ["/dev/xvda"]), ("bottlerocket", ["/dev/xvda", "/dev/xvdb"])],
)
def test_every_volume_is_encrypted_gp3(ami: str, devices: list[str]) -> None:
    made = cluster(system_nodes={"ami": ami, "volume_gib": 80})
    volumes = template(made)["block_device_mappings"]
    assert [volume["device_name"] for volume in volumes] == devices
    for volume in volumes:
        assert volume["ebs"]["encrypted"] == "true"
        assert volume["ebs"]["volume_type"] == "gp3"
    assert volumes[-1]["ebs"]["volume_size"] == 80


def test_volumes_can_have_a_custom_key() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/00000000-1111-2222-3333-444444444444"
    [volume] = template(cluster(system_nodes={"volume_kms_key": key}))["block_device_mappings"]
    assert volume["ebs"]["kms_key_id"] == key


def test_instances_volumes_and_interfaces_have_the_default_tags() -> None:
    made = Cluster(environment(tags={"team": "platform"}))
    specifications = template(made)["tag_specifications"]
    kinds = {specification["resource_type"] for specification in specifications}
    assert kinds == {"instance", "volume", "network-interface"}
    for specification in specifications:
        assert specification["tags"] == {
            "team": "platform",
            "environment": "test",
            "managed-by": "eks-platform",
            "Name": "test-system",
        }


@pytest.mark.parametrize(
    ("ami", "architecture", "types", "expected"),
    [
        ("al2023", "arm64", ["m7g.large"], "AL2023_ARM_64_STANDARD"),
        ("al2023", "x86_64", ["m7i.large"], "AL2023_x86_64_STANDARD"),
        ("bottlerocket", "arm64", ["m7g.large"], "BOTTLEROCKET_ARM_64"),
        ("bottlerocket", "x86_64", ["m7i.large"], "BOTTLEROCKET_x86_64"),
    ],
)
def test_the_ami_release_is_the_pinned_one(
    ami: str, architecture: str, types: list[str], expected: str
) -> None:
    nodes = {"ami": ami, "architecture": architecture, "instance_types": types}
    made = group(cluster(system_nodes=nodes))
    assert made["ami_type"] == expected
    assert made["release_version"] == versions.ami(ami, "1.36")


def test_nodes_have_the_version_of_the_control_plane(default: Cluster) -> None:
    assert group(default)["version"] == "${aws_eks_cluster.cluster.version}"


@pytest.mark.parametrize(
    ("ami", "expected"),
    [
        ("al2023", "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n"),
        ("bottlerocket", "[settings.kubernetes]\nmax-pods = 58\n"),
    ],
)
def test_a_node_runs_as_many_pods_as_configured(ami: str, expected: str) -> None:
    made = cluster(system_nodes={"ami": ami, "max_pods": 58})
    text = b64decode(template(made)["user_data"]).decode()
    assert expected in text
    assert "58" in text
    if ami == "al2023":
        assert text.startswith("MIME-Version: 1.0\nContent-Type: multipart/mixed;")
        assert "maxPods: 58" in text
        assert text.endswith("--//--\n")


def test_unhealthy_nodes_are_repaired(default: Cluster) -> None:
    assert group(default)["node_repair_config"] == {"enabled": True}
    assert group(cluster(system_nodes={"repair": False}))["node_repair_config"] == {
        "enabled": False
    }


def test_updates_replace_a_third_of_the_nodes_at_a_time(default: Cluster) -> None:
    assert group(default)["update_config"] == {"max_unavailable_percentage": 33}


def test_the_autoscaler_manages_the_number_of_nodes(default: Cluster) -> None:
    assert group(default)["lifecycle"]["ignore_changes"] == ["scaling_config[0].desired_size"]
    assert group(default)["scaling_config"] == {"min_size": 2, "desired_size": 2, "max_size": 4}


def test_nodes_and_addons_stay_on_the_minor_before_until_they_are_to_follow() -> None:
    made = cluster(version="1.36", upgrade={"nodes": "after"})
    assert made.one("aws_eks_cluster", "cluster")["version"] == "1.36"
    assert group(made)["version"] == "1.35"
    assert group(made)["release_version"] == versions.ami("al2023", "1.35")
    proxy = made.one("aws_eks_addon", "kube_proxy")["addon_version"]
    assert proxy == versions.addon("kube-proxy", "1.35")


def test_an_update_is_forced_only_where_configured(default: Cluster) -> None:
    key = "force_update_version"
    forced = cluster(upgrade={key: True}, system_nodes={key: True})
    for made, expected in ((default, None), (forced, True)):
        assert made.one("aws_eks_cluster", "cluster").get(key) is expected
        assert group(made).get(key) is expected


def test_a_new_launch_template_version_reaches_the_nodes(default: Cluster) -> None:
    assert group(default)["launch_template"] == {
        "id": "${aws_launch_template.launch_template_system.id}",
        "version": "${aws_launch_template.launch_template_system.latest_version}",
    }


def test_nodes_have_the_three_node_policies_only(default: Cluster) -> None:
    attached = {
        body["policy_arn"].rpartition("/")[2]
        for id_, body in default.of("aws_iam_role_policy_attachment").items()
        if body["role"] == "${aws_iam_role.node_role.name}"
    }
    assert attached == {
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
    }
    before = default.before("aws_eks_node_group.node_group_system")
    assert sum("policy_attachment.node_role_" in address for address in before) == len(attached)


def test_nodes_read_no_parameters_of_the_account(default: Cluster) -> None:
    denied = default.one("aws_iam_role_policy", "node_role_parameters")
    assert denied["role"] == "${aws_iam_role.node_role.id}"
    assert '"Effect":"Deny","Action":["ssm:GetParameter","ssm:GetParameters"]' in denied["policy"]


def test_nodes_depend_on_the_rules_to_reach_the_api(default: Cluster) -> None:
    before = default.before("aws_eks_node_group.node_group_system")
    assert {
        "aws_vpc_security_group_ingress_rule.control_plane_from_node_api",
        "aws_vpc_security_group_ingress_rule.node_from_node_all",
        "aws_vpc_security_group_ingress_rule.node_from_control_plane_kubelet",
        "aws_vpc_security_group_egress_rule.node_to_node_all",
        "aws_vpc_security_group_egress_rule.node_to_0_0_0_0_0_internet_tcp",
        "aws_vpc_security_group_egress_rule.node_to_0_0_0_0_0_internet_udp",
    } <= before


def test_additional_groups_are_as_configured() -> None:
    made = cluster(
        node_groups={
            "batch-spot": {
                "capacity": "spot",
                "instance_types": ["c7g.xlarge", "m7g.xlarge"],
                "min_size": 0,
                "desired_size": 0,
                "max_size": 10,
                "zones": ["b"],
                "labels": {"workload": "batch"},
                "taints": [{"key": "batch", "effect": "NoExecute"}],
            }
        }
    )
    batch = group(made, "node_group_batch_spot")
    assert batch["capacity_type"] == "SPOT"
    assert batch["instance_types"] == ["c7g.xlarge", "m7g.xlarge"]
    assert batch["scaling_config"] == {"min_size": 0, "desired_size": 0, "max_size": 10}
    assert len(batch["subnet_ids"]) == 1
    assert batch["labels"] == {"workload": "batch", "node-group": "batch-spot"}
    assert batch["taint"] == [{"key": "batch", "effect": "NO_EXECUTE"}]


def test_a_new_group_changes_no_existing_group(default: Cluster) -> None:
    made = cluster(node_groups={"batch": {}})
    assert group(made) == group(default)
    assert template(made) == template(default)


@pytest.mark.parametrize(
    "change",
    [
        {"instance_types": ["m7g.2xlarge"]},
        {"ami": "bottlerocket"},
        {"architecture": "x86_64", "instance_types": ["m7i.large"]},
    ],
)
def test_immutable_changes_make_a_group_with_another_name_first(
    default: Cluster, change: dict[str, Any]
) -> None:
    made = group(cluster(system_nodes=change))
    assert made["node_group_name"] != group(default)["node_group_name"]
    assert made["node_group_name"].startswith("system-")
    assert made["lifecycle"]["create_before_destroy"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"max_size": 9},
        {"max_pods": 50},
        {"volume_gib": 100},
        {"repair": False},
        {"max_unavailable_percentage": 50},
    ],
)
def test_other_changes_are_in_place(default: Cluster, change: dict[str, Any]) -> None:
    made = group(cluster(system_nodes=change))
    assert made["node_group_name"] == group(default)["node_group_name"]


def test_a_kubernetes_upgrade_keeps_the_groups() -> None:
    names = {group(cluster(version=minor))["node_group_name"] for minor in versions.minors()}
    assert len(names) == 1
