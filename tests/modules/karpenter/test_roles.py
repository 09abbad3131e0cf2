"""Karpenter's two roles: the controller's and the nodes'."""

import json
from typing import Any

import pytest

from modules.identity.pod_identity import ClusterIdentity
from modules.karpenter.karpenter import Karpenter
from support.environments import environment
from support.one_module import Resources, resources_of

CLUSTER = ClusterIdentity("test", "${aws_eks_cluster.cluster.name}", "pod_identity")

NODE_POLICIES = {
    "AmazonEKSWorkerNodePolicy": "karpenter_node_amazon_eks_worker_node_policy",
    "AmazonEC2ContainerRegistryPullOnly": (
        "karpenter_node_amazon_ec2_container_registry_pull_only"
    ),
    "AmazonSSMManagedInstanceCore": "karpenter_node_amazon_ssm_managed_instance_core",
}


def karpenter(
    cluster: ClusterIdentity = CLUSTER,
    region: str = "eu-west-1",
    nat: str = "per_az",
    **settings: Any,
) -> Resources:
    made = environment(region=region, network={"nat": nat}, cluster=settings)
    return resources_of(lambda stack: Karpenter(stack, made, cluster=cluster))


@pytest.fixture(scope="module")
def resources() -> Resources:
    return karpenter()


def test_nodes_join_through_an_access_entry_once_their_role_is_complete(
    resources: Resources,
) -> None:
    assert resources["aws_eks_access_entry"]["karpenter_node_access"] == {
        "cluster_name": "${aws_eks_cluster.cluster.name}",
        "principal_arn": "${aws_iam_role.karpenter_node.arn}",
        "type": "EC2_LINUX",
        "depends_on": [f"aws_iam_role_policy_attachment.{id_}" for id_ in NODE_POLICIES.values()],
    }


def test_nodes_may_register_pull_and_use_session_manager_but_not_the_cni(
    resources: Resources,
) -> None:
    attached = {
        body["policy_arn"]: body["role"]
        for id_, body in resources["aws_iam_role_policy_attachment"].items()
        if id_.startswith("karpenter_node_")
    }
    assert attached == {
        f"arn:aws:iam::aws:policy/{name}": "${aws_iam_role.karpenter_node.name}"
        for name in NODE_POLICIES
    }


def test_nodes_read_no_parameters_of_the_account(resources: Resources) -> None:
    """Karpenter's, as the managed ones."""
    denied = resources["aws_iam_role_policy"]["karpenter_node_parameters"]
    assert denied["role"] == "${aws_iam_role.karpenter_node.id}"
    [statement] = json.loads(denied["policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Action"] == ["ssm:GetParameter", "ssm:GetParameters"]
    assert statement["Resource"] == "arn:aws:ssm:eu-west-1:123456789012:parameter/*"
    allowed = karpenter(node_parameters=True).get("aws_iam_role_policy", {})
    assert "karpenter_node_parameters" not in allowed


@pytest.mark.parametrize(
    ("region", "service"),
    [
        ("eu-west-1", "ec2.amazonaws.com"),
        ("us-gov-west-1", "ec2.amazonaws.com"),
        ("cn-north-1", "ec2.amazonaws.com.cn"),
    ],
)
def test_the_node_role_trusts_ec2_only(region: str, service: str) -> None:
    role = karpenter(region=region)["aws_iam_role"]["karpenter_node"]
    [statement] = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Principal"] == {"Service": service}
    assert statement["Action"] == "sts:AssumeRole"


def test_the_controller_role_is_for_karpenter_in_kube_system(resources: Resources) -> None:
    role = resources["aws_iam_role"]["karpenter_controller"]
    assert role["name"] == "KarpenterController-test"
    [statement] = json.loads(role["assume_role_policy"])["Statement"]
    tags = statement["Condition"]["StringEquals"]
    assert tags["aws:RequestTag/kubernetes-namespace"] == "kube-system"
    assert tags["aws:RequestTag/kubernetes-service-account"] == "karpenter"


def test_the_passed_role_is_the_node_role(resources: Resources) -> None:
    role = resources["aws_iam_role"]["karpenter_node"]["name"]
    policy = resources["aws_iam_policy"]["karpenter_controller_iam_integration"]["policy"]
    [passing, *_] = json.loads(policy)["Statement"]
    assert passing["Sid"] == "AllowPassingInstanceRole"
    assert passing["Resource"] == f"arn:aws:iam::123456789012:role/{role}"


def test_without_nat_the_nodes_have_an_instance_profile_and_the_controller_no_right_to_make_one(
    resources: Resources,
) -> None:
    assert "aws_iam_instance_profile" not in resources
    isolated = karpenter(nat="none")
    assert isolated["aws_iam_instance_profile"]["karpenter_node_profile"] == {
        "name": "KarpenterNodeInstanceProfile-test",
        "role": "${aws_iam_role.karpenter_node.name}",
    }
    allowed = {
        action: statement["Resource"]
        for policy in isolated["aws_iam_policy"].values()
        for statement in json.loads(policy["policy"])["Statement"]
        for action in [statement["Action"]]
        if isinstance(action, str) and action.startswith("iam:")
    }
    account = "arn:aws:iam::123456789012"
    assert allowed == {
        "iam:PassRole": f"{account}:role/KarpenterNodeRole-test",
        "iam:GetInstanceProfile": (f"{account}:instance-profile/KarpenterNodeInstanceProfile-test"),
    }
    assert "InstanceProfile" in json.dumps(resources["aws_iam_policy"])


def test_irsa_gives_the_controller_a_role_without_an_association() -> None:
    cluster = ClusterIdentity("test", "test", "irsa", "arn:oidc", "oidc.example")
    resources = karpenter(cluster)
    assert "aws_eks_pod_identity_association" not in resources
    role = resources["aws_iam_role"]["karpenter_controller"]
    assert "sts:AssumeRoleWithWebIdentity" in role["assume_role_policy"]
