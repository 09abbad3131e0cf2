"""EKS add-ons (C3, C4, C5): versions, order and configuration."""

import json
from typing import Any, get_args

import pytest

from config import versions
from config.types.kubernetes import AddonName
from modules.cluster.addon_catalog import EKS_ADDONS
from modules.merge import merged
from support.cluster import Cluster, cluster

NEEDED_BY_NODES = {"vpc_cni", "kube_proxy", "eks_pod_identity_agent"}


@pytest.fixture(scope="module")
def default() -> Cluster:
    return cluster()


@pytest.fixture(scope="module")
def irsa() -> Cluster:
    return cluster(identity="irsa")


def values(made: Cluster, id_: str) -> dict[str, Any]:
    return json.loads(made.one("aws_eks_addon", id_)["configuration_values"])


def test_every_known_add_on_is_installed(default: Cluster) -> None:
    names = {addon["addon_name"] for addon in default.of("aws_eks_addon").values()}
    assert names == set(get_args(AddonName)) == {spec.name for spec in EKS_ADDONS}


@pytest.mark.parametrize("minor", versions.minors())
def test_versions_are_those_of_the_table(minor: str) -> None:
    made = cluster(version=minor)
    table = {name: pin.version for name, pin in versions.table().kubernetes[minor].addons.items()}
    assert table == {
        addon["addon_name"]: addon["addon_version"] for addon in made.of("aws_eks_addon").values()
    }


def test_no_add_on_uses_the_most_recent_version(default: Cluster) -> None:
    assert "most_recent" not in json.dumps(default.json)
    assert "aws_eks_addon_version" not in default.json.get("data", {})


def test_a_custom_version_replaces_the_pinned_one() -> None:
    made = cluster(addons={"coredns": {"version": "v1.13.2-eksbuild.11"}})
    assert made.one("aws_eks_addon", "coredns")["addon_version"] == "v1.13.2-eksbuild.11"


def test_nodes_depend_on_cni_proxy_agent_and_permissions(
    default: Cluster,
) -> None:
    before = default.before("aws_eks_node_group.node_group_system")
    assert {f"aws_eks_addon.{id_}" for id_ in NEEDED_BY_NODES} <= before
    assert "aws_eks_pod_identity_association.vpc_cni_role_association" in before
    assert "aws_iam_role_policy_attachment.vpc_cni_role_amazon_eks_cni_policy" in before


def test_add_ons_with_pods_depend_on_the_system_nodes(default: Cluster) -> None:
    for id_ in set(default.of("aws_eks_addon")) - NEEDED_BY_NODES:
        before = default.before(f"aws_eks_addon.{id_}")
        assert "aws_eks_node_group.node_group_system" in before, id_


def test_permissions_precede_the_pods_that_use_them(default: Cluster) -> None:
    for id_ in ("vpc_cni", "aws_ebs_csi_driver", "aws_efs_csi_driver"):
        before = default.before(f"aws_eks_addon.{id_}")
        assert f"aws_eks_pod_identity_association.{id_}_role_association" in before


def test_the_snapshot_controller_precedes_the_driver(default: Cluster) -> None:
    before = default.before("aws_eks_addon.aws_ebs_csi_driver")
    assert "aws_eks_addon.snapshot_controller" in before


def test_the_drivers_do_not_wait_for_karpenters_nodes() -> None:
    made = cluster(node_groups={"batch": {}})
    for id_ in made.of("aws_eks_addon"):
        assert "aws_eks_node_group.node_group_batch" not in made.before(f"aws_eks_addon.{id_}")


def test_the_vpc_cni_has_prefixes_of_pod_subnets_pod_security_groups_and_policies(
    default: Cluster,
) -> None:
    assert values(default, "vpc_cni") == {
        "enableNetworkPolicy": "true",
        "env": {
            "CLUSTER_NAME": "test",
            "ENABLE_POD_ENI": "true",
            "ENABLE_PREFIX_DELEGATION": "true",
            "ENABLE_SUBNET_DISCOVERY": "true",
            "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
            "WARM_PREFIX_TARGET": "1",
        },
    }


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("iptables", {"mode": "iptables"}),
        ("nftables", {"mode": "nftables"}),
        ("ipvs", {"mode": "ipvs", "ipvs": {"scheduler": "rr"}}),
    ],
)
def test_kube_proxy_runs_in_the_configured_mode(mode: str, expected: dict[str, Any]) -> None:
    assert values(cluster(kube_proxy_mode=mode), "kube_proxy") == expected


@pytest.mark.parametrize("id_", ["metrics_server", "snapshot_controller"])
def test_add_ons_tolerate_the_system_nodes(default: Cluster, id_: str) -> None:
    toleration = {"key": "CriticalAddonsOnly", "operator": "Exists"}
    assert values(default, id_)["tolerations"] == [toleration]


def test_cluster_dns_is_spread_over_the_zones(default: Cluster) -> None:
    [spread] = values(default, "coredns")["topologySpreadConstraints"]
    assert spread["topologyKey"] == "topology.kubernetes.io/zone"


def test_volumes_leave_room_for_disks_and_interfaces_that_the_driver_cannot_see() -> None:
    """Its pods do not reach the instance metadata, and it counts one disk and one interface."""

    def node(**settings: Any) -> dict[str, Any]:
        made = cluster(**settings).one("aws_eks_addon", "aws_ebs_csi_driver")
        return json.loads(made.get("configuration_values", "{}")).get("node", {})

    root, trunk, pods, bottlerocket_data = 1, 1, 1, 1
    assert node() == {"reservedVolumeAttachments": root + trunk + pods}
    reserved = {"reservedVolumeAttachments": root + trunk + pods + bottlerocket_data}
    assert node(system_nodes={"ami": "bottlerocket"}) == reserved
    group = {"ami": "bottlerocket", "instance_types": ["m7g.large"]}
    assert node(node_groups={"workers": group}) == reserved
    # The driver does not start with both.
    limit = {"node": {"volumeAttachLimit": 20}}
    assert node(addons={"aws-ebs-csi-driver": {"values": limit}}) == limit["node"]


def test_custom_values_are_merged_over_the_defaults() -> None:
    own = {"env": {"WARM_PREFIX_TARGET": "2", "AWS_VPC_K8S_CNI_LOGLEVEL": "INFO"}}
    env = values(cluster(addons={"vpc-cni": {"values": own}}), "vpc_cni")["env"]
    assert env["WARM_PREFIX_TARGET"] == "2"
    assert env["AWS_VPC_K8S_CNI_LOGLEVEL"] == "INFO"
    assert env["ENABLE_PREFIX_DELEGATION"] == "true"


def test_merging_replaces_lists_and_leaves_its_input_alone() -> None:
    below = {"a": {"b": [1], "c": 1}}
    assert merged(below, {"a": {"b": [2]}, "d": 3}) == {"a": {"b": [2], "c": 1}, "d": 3}
    assert below == {"a": {"b": [1], "c": 1}}


def test_templates_in_values_are_escaped() -> None:
    own = {"podAnnotations": {"note": "${HOST} %{if}"}}
    made = cluster(addons={"coredns": {"values": own}})
    text = made.one("aws_eks_addon", "coredns")["configuration_values"]
    assert "$${HOST} %%{if}" in text


def test_an_add_on_can_be_disabled() -> None:
    made = cluster(addons={"snapshot-controller": {"enabled": False}})
    assert "snapshot_controller" not in made.of("aws_eks_addon")
    assert "aws_ebs_csi_driver" in made.of("aws_eks_addon")


def test_conflicts_are_overwritten_and_nothing_is_preserved(default: Cluster) -> None:
    for id_, addon in default.of("aws_eks_addon").items():
        assert addon["preserve"] is False, id_
        assert addon["resolve_conflicts_on_create"] == "OVERWRITE", id_
        assert addon["resolve_conflicts_on_update"] == "OVERWRITE", id_


def test_pod_identity_needs_no_oidc_provider(default: Cluster) -> None:
    assert not default.of("aws_iam_openid_connect_provider")
    for addon in default.of("aws_eks_addon").values():
        assert "service_account_role_arn" not in addon


def test_irsa_has_an_oidc_provider_and_no_agent(irsa: Cluster) -> None:
    provider = irsa.one("aws_iam_openid_connect_provider", "oidc_provider")
    assert provider["client_id_list"] == ["sts.amazonaws.com"]
    assert provider["url"] == "${aws_eks_cluster.cluster.identity[0].oidc[0].issuer}"
    assert "thumbprint_list" not in provider
    assert "eks_pod_identity_agent" not in irsa.of("aws_eks_addon")
    assert not irsa.of("aws_eks_pod_identity_association")


def test_irsa_gives_add_ons_their_roles(irsa: Cluster) -> None:
    roles = {
        id_: addon["service_account_role_arn"]
        for id_, addon in irsa.of("aws_eks_addon").items()
        if "service_account_role_arn" in addon
    }
    assert roles == {
        id_: f"${{aws_iam_role.{id_}_role.arn}}"
        for id_ in ("vpc_cni", "aws_ebs_csi_driver", "aws_efs_csi_driver")
    }
    before = irsa.before("aws_eks_addon.vpc_cni")
    assert "aws_iam_role_policy_attachment.vpc_cni_role_amazon_eks_cni_policy" in before


def test_irsa_pins_audience_and_subject(irsa: Cluster) -> None:
    trust = json.loads(irsa.one("aws_iam_role", "vpc_cni_role")["assume_role_policy"])
    conditions = trust["Statement"][0]["Condition"]["StringEquals"]
    assert conditions == {
        "${local.oidc_issuer}:aud": "sts.amazonaws.com",
        "${local.oidc_issuer}:sub": "system:serviceaccount:kube-system:aws-node",
    }
    issuer = irsa.json["locals"]["oidc_issuer"]
    assert issuer == (
        '${replace(aws_eks_cluster.cluster.identity[0].oidc[0].issuer, "https://", "")}'
    )


def test_the_network_s_permissions_are_not_the_nodes(default: Cluster) -> None:
    attached = {
        body["role"]: body["policy_arn"]
        for body in default.of("aws_iam_role_policy_attachment").values()
        if body["policy_arn"].endswith("AmazonEKS_CNI_Policy")
    }
    assert list(attached) == ["${aws_iam_role.vpc_cni_role.name}"]


def test_the_driver_of_volumes_may_change_its_own_only(default: Cluster) -> None:
    [attached] = [
        body["policy_arn"]
        for body in default.of("aws_iam_role_policy_attachment").values()
        if "ebs_csi" in body["role"]
    ]
    # Without the path `service-role`, unlike its predecessor.
    assert attached == "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"
