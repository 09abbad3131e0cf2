"""EKS Auto Mode in the stacks: what goes, what is different, and in which order (L9)."""

import json
from typing import Any

import pytest

from modules.cluster.auto_mode import CLUSTER_POLICIES
from support.cluster import Cluster
from support.environments import environment, example
from support.output import Output
from support.platform_stack import before, platform_resources

AUTO: dict[str, Any] = {
    "cluster": {"compute": "auto"},
    "network": {"pods": {"prefix_reservation": "none"}},
}

BLOCKS = ("compute_config", "storage_config")


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster(environment(**AUTO))


@pytest.fixture(scope="module")
def platform() -> dict[str, dict[str, dict[str, Any]]]:
    return platform_resources(**AUTO)


def of(compute: str) -> dict[str, Any]:
    settings = {**AUTO, "cluster": {"compute": compute}}
    return Cluster(environment(**settings)).one("aws_eks_cluster", "cluster")


def objects(platform: dict[str, dict[str, dict[str, Any]]], release: str) -> list[dict[str, Any]]:
    (values,) = platform["helm_release"][release]["values"]
    return json.loads(values)["resources"]


@pytest.mark.parametrize(("compute", "on"), [("auto", True), ("left_auto", False)])
def test_the_three_blocks_are_all_on_or_all_off(compute: str, on: bool) -> None:
    made = of(compute)
    assert made["compute_config"] == {"enabled": on}
    assert made["storage_config"] == {"block_storage": {"enabled": on}}
    assert made["kubernetes_network_config"]["elastic_load_balancing"] == {"enabled": on}
    assert made["bootstrap_self_managed_addons"] is False


def test_a_cluster_that_never_had_auto_mode_has_none_of_them() -> None:
    """EKS would refuse an update that changes nothing."""
    made = of("nodes")
    assert not made.keys() & {*BLOCKS}
    assert "elastic_load_balancing" not in made["kubernetes_network_config"]


def test_nothing_is_left_of_what_eks_does_itself(cluster: Cluster, output: Output) -> None:
    gone = ("aws_eks_node_group", "aws_launch_template", "aws_eks_addon", "aws_sqs_queue")
    assert [type_ for type_ in gone if cluster.of(type_)] == []
    assert "karpenter" not in json.dumps(cluster.json["resource"])
    releases = output.stack("auto-mode-platform").resources("helm_release")
    assert not releases.keys() & {"karpenter", "karpenter_crd", "aws_load_balancer_controller"}


def test_the_role_of_the_cluster_has_the_policies_of_auto_mode(cluster: Cluster) -> None:
    attached = {
        body["policy_arn"].rpartition("/")[2]
        for id_, body in cluster.of("aws_iam_role_policy_attachment").items()
        if id_.startswith("cluster_role_")
    }
    assert {*CLUSTER_POLICIES} <= attached
    trust = json.loads(cluster.one("aws_iam_role", "cluster_role")["assume_role_policy"])
    assert trust["Statement"][0]["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert "aws_iam_role_policy_attachment.cluster_role_tags_attachment" in cluster.before(
        "aws_eks_cluster.cluster"
    )


def test_the_role_keeps_them_while_eks_ends_its_machines() -> None:
    settings = {**AUTO, "cluster": {"compute": "left_auto"}}
    left = Cluster(environment(**settings)).of("aws_iam_role_policy_attachment")
    assert "cluster_role_amazon_eks_compute_policy" in left
    assert "cluster_role_amazon_eks_compute_policy" not in Cluster(environment()).of(
        "aws_iam_role_policy_attachment"
    )


def test_tags_of_the_environment_are_allowed_for_this_cluster_only(cluster: Cluster) -> None:
    policy = json.loads(cluster.one("aws_iam_policy", "cluster_role_tags")["policy"])
    for statement in policy["Statement"]:
        equal = statement["Condition"]["StringEquals"]
        assert equal == {"aws:RequestTag/eks:eks-cluster-name": "test"}


def test_its_machines_may_use_the_key_of_volumes() -> None:
    settings = {**AUTO, "cluster": {"compute": "auto", "volume_key": {"enabled": True}}}
    policy = Cluster(environment(**settings)).one("aws_iam_policy", "cluster_role_volume_keys")
    (use, grants) = json.loads(policy["policy"])["Statement"]
    assert "kms:GenerateDataKeyWithoutPlaintext" in use["Action"]
    assert grants["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}


def test_nodes_join_with_an_entry_of_their_own_type(cluster: Cluster) -> None:
    entry = cluster.one("aws_eks_access_entry", "access_auto_nodes")
    assert entry["type"] == "EC2"
    policy = cluster.one("aws_eks_access_policy_association", "access_auto_nodes_policy")
    assert policy["policy_arn"].endswith(":cluster-access-policy/AmazonEKSAutoNodePolicy")
    assert policy["access_scope"] == {"type": "cluster"}


def test_a_given_role_of_nodes_joins_too() -> None:
    role = "arn:aws:iam::123456789012:role/security/eks-nodes"
    given = Cluster(environment(**AUTO, identity={"roles": {"nodes": role}}))
    assert given.one("aws_eks_access_entry", "access_auto_nodes")["principal_arn"] == role
    assert "auto_node_role" not in given.of("aws_iam_role")


def test_node_pools_come_before_everything_that_has_pods(
    platform: dict[str, dict[str, dict[str, Any]]],
) -> None:
    pools = "helm_release.auto_mode_nodes"
    with_pods = [f"aws_eks_addon.{id_}" for id_ in platform["aws_eks_addon"]]
    with_pods += [
        f"helm_release.{id_}"
        for id_ in platform["helm_release"]
        if id_ not in {"auto_mode_nodes", "network_policies"}
    ]
    assert len(with_pods) > 10
    assert [each for each in with_pods if pools not in before(platform, each)] == []
    # Helm waits on destroy until the last node is gone.
    assert platform["helm_release"]["auto_mode_nodes"]["timeout"] == 1800


def test_its_addons_come_before_the_releases_that_need_them(
    platform: dict[str, dict[str, dict[str, Any]]],
) -> None:
    assert {*platform["aws_eks_addon"]} == {
        "aws_efs_csi_driver",
        "metrics_server",
        "snapshot_controller",
    }
    assert "aws_eks_addon.snapshot_controller" in before(platform, "helm_release.storage_classes")


def test_pools_and_classes_are_those_of_auto_mode(
    platform: dict[str, dict[str, dict[str, Any]]],
) -> None:
    made = {
        (each["kind"], each["metadata"]["name"]): each
        for each in objects(platform, "auto_mode_nodes")
    }
    assert {*made} == {
        ("NodeClass", "eks-platform"),
        ("NodePool", "default"),
        ("NodePool", "platform"),
    }
    own = made["NodePool", "platform"]["spec"]
    assert own["weight"] == 100
    assert own["template"]["spec"]["taints"] == [
        {"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}
    ]
    for name in ("default", "platform"):
        template = made["NodePool", name]["spec"]["template"]["spec"]
        assert template["nodeClassRef"] == {
            "group": "eks.amazonaws.com",
            "kind": "NodeClass",
            "name": "eks-platform",
        }
        assert (template["expireAfter"], template["terminationGracePeriod"]) == ("336h", "24h")
        assert "karpenter.k8s.aws" not in json.dumps(template)
    node_class = made["NodeClass", "eks-platform"]["spec"]
    assert node_class["role"] == "test-auto-node"
    assert node_class["tags"]["environment"] == "test"
    assert node_class["podSubnetSelectorTerms"] == [
        {"tags": {"cni.networking.k8s.aws/cluster/test": "shared"}}
    ]


def test_in_an_existing_vpc_subnets_are_named_by_their_ids() -> None:
    settings = example("existing-vpc")
    auto = settings.model_copy(
        update={"cluster": settings.cluster.model_copy(update={"compute": "auto"})}
    )
    from modules.addons.karpenter.auto_mode import auto_mode_objects

    spec = auto_mode_objects(auto)[0]["spec"]
    assert spec["subnetSelectorTerms"] == [
        {"id": "subnet-0a1b2c3d4e5f60020"},
        {"id": "subnet-0a1b2c3d4e5f60021"},
    ]
    assert spec["podSubnetSelectorTerms"] == [
        {"id": "subnet-0a1b2c3d4e5f60040"},
        {"id": "subnet-0a1b2c3d4e5f60041"},
    ]


def test_volumes_and_snapshots_have_the_driver_of_auto_mode(
    platform: dict[str, dict[str, dict[str, Any]]],
) -> None:
    volumes = platform["kubernetes_storage_class_v1"]["storage_class_volumes"]
    assert volumes["storage_provisioner"] == "ebs.csi.eks.amazonaws.com"
    (snapshots,) = objects(platform, "storage_classes")
    assert snapshots["driver"] == "ebs.csi.eks.amazonaws.com"


def test_eks_registers_pods_with_the_target_groups_of_the_front_door(output: Output) -> None:
    edge = output.stack("auto-mode-edge").resources("aws_lb_target_group")
    for group in edge.values():
        assert group["tags"]["eks:eks-cluster-name"] == "auto-mode"
    resources = output.stack("auto-mode-platform").json["resource"]
    bindings = [
        each
        for each in objects(resources, "nginx_ingress_resources")
        if each["kind"] == "TargetGroupBinding"
    ]
    assert bindings
    for binding in bindings:
        assert binding["apiVersion"] == "eks.amazonaws.com/v1"
        assert binding["spec"]["targetType"] == "ip"
        assert binding["spec"].keys() == {"serviceRef", "targetGroupARN", "targetType"}
    labels = resources["kubernetes_namespace_v1"]["namespace_ingress"]["metadata"]["labels"]
    assert labels["eks.amazonaws.com/pod-readiness-gate-inject"] == "enabled"


def test_network_policies_are_enforced_and_let_pods_reach_the_name_server_of_their_node() -> None:
    made = platform_resources(**AUTO, teams={"shop": {"namespaces": {"shop": {}}}})
    switch = made["kubernetes_config_map_v1"]["auto_mode_network_policies"]
    assert switch["metadata"] == {"name": "amazon-vpc-cni", "namespace": "kube-system"}
    assert switch["data"] == {"enable-network-policy-controller": "true"}
    expected = {"ipBlock": {"cidr": "172.20.0.10/32"}}
    dns = [
        each
        for each in objects(made, "network_policies")
        if each["metadata"]["name"] == "platform-dns"
    ]
    assert dns
    assert all(each["spec"]["egress"][0]["to"] == [expected] for each in dns)
    teams = made["kubernetes_network_policy_v1"]
    (own,) = [body for id_, body in teams.items() if "dns" in id_]
    assert "172.20.0.10/32" in json.dumps(own)
