"""EKS Capabilities in the stacks: their roles, their order, and the clusters of Argo CD (L10)."""

import json
from typing import Any

import pytest

from modules.permissions.policies import stack_statements
from support.cluster import Cluster
from support.environments import environment, example
from support.output import Output, Stack

CENTER = "arn:aws:sso:::instance/ssoins-0123456789abcdef"


@pytest.fixture
def network(output: Output) -> Stack:
    return output.stack("capabilities-network")


@pytest.fixture
def cluster(output: Output) -> Stack:
    return output.stack("capabilities-cluster")


def made(**capabilities: Any) -> Cluster:
    platform = {"argo_cd": {"enabled": False}}
    return Cluster(environment(cluster={"capabilities": capabilities}, platform=platform))


def test_a_role_is_older_than_its_capability_because_an_earlier_stack_has_it(
    output: Output, network: Stack, cluster: Stack
) -> None:
    """EKS does not see a role that is a few seconds old."""
    roles = network.resources("aws_iam_role")
    names = {f"capability_{key}_role" for key in ("argo_cd", "ack", "kro")}
    assert names <= roles.keys()
    assert not names & cluster.resources("aws_iam_role").keys()
    stacks = output.manifest["stacks"]
    assert "capabilities-network" in stacks["capabilities-cluster"]["dependencies"]
    named = {each["role_arn"] for each in cluster.resources("aws_eks_capability").values()}
    assert named == {f"arn:aws:iam::123456789012:role/{roles[each]['name']}" for each in names}


def test_eks_alone_assumes_the_role_with_tags(network: Stack) -> None:
    for key in ("argo_cd", "ack", "kro"):
        role = network.resources("aws_iam_role")[f"capability_{key}_role"]
        (statement,) = json.loads(role["assume_role_policy"])["Statement"]
        assert statement["Principal"] == {"Service": "capabilities.eks.amazonaws.com"}
        assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]


def test_a_role_has_the_statements_of_the_file_and_no_others(network: Stack) -> None:
    policies = network.resources("aws_iam_policy")
    (queues,) = json.loads(policies["capability_ack_role_permissions"]["policy"])["Statement"]
    assert "sqs:CreateQueue" in queues["Action"]
    assert queues["Resource"] == "arn:aws:sqs:eu-west-1:123456789012:app-*"
    assert "capability_kro_role_permissions" not in policies


def test_users_of_argo_cd_are_those_of_identity_center(cluster: Stack) -> None:
    (configuration,) = cluster.resources("aws_eks_capability")["capability_argo_cd"][
        "configuration"
    ]
    (argo_cd,) = configuration["argo_cd"]
    assert argo_cd["aws_idc"] == [{"idc_instance_arn": CENTER, "idc_region": "eu-central-1"}]
    roles = {each["role"]: each["identity"] for each in argo_cd["rbac_role_mapping"]}
    assert [each["type"] for each in roles["VIEWER"]] == ["SSO_GROUP", "SSO_USER"]
    assert roles.keys() == {"ADMIN", "VIEWER"}
    assert argo_cd["network_access"] == [{"vpce_ids": ["vpce-0123456789abcdef0"]}]


def test_without_more_settings_it_has_its_defaults() -> None:
    capability = made(argo_cd={"enabled": True, "identity_center": {"instance_arn": CENTER}}).one(
        "aws_eks_capability", "capability_argo_cd"
    )
    (argo_cd,) = capability["configuration"][0]["argo_cd"]
    assert argo_cd == {
        "aws_idc": [{"idc_instance_arn": CENTER, "idc_region": "eu-west-1"}],
        "namespace": "argocd",
    }


def test_eks_makes_the_access_entry_and_a_policy_follows_the_capability(cluster: Stack) -> None:
    entries = cluster.resources("aws_eks_access_entry")
    assert not [id_ for id_ in entries if "capability" in id_]
    policies = cluster.resources("aws_eks_access_policy_association")
    assert {id_ for id_ in policies if "capability" in id_} == {
        "capability_argo_cd_cluster_admin",
        "capability_kro_edit",
    }
    kro = policies["capability_kro_edit"]
    assert kro["depends_on"] == ["aws_eks_capability.capability_kro"]
    assert kro["policy_arn"].endswith("/AmazonEKSEditPolicy")


def test_one_without_access_has_no_policy() -> None:
    policies = made(kro={"enabled": True}).of("aws_eks_access_policy_association")
    assert not [id_ for id_ in policies if "capability" in id_]


def test_clusters_are_registered_by_their_arn_after_the_capability(output: Output) -> None:
    platform = output.stack("capabilities-platform")
    (values,) = platform.resources("helm_release")["argo_cd_clusters"]["values"]
    secrets = json.loads(values)["resources"]
    assert [each["stringData"] for each in secrets] == [
        {"name": "in-cluster", "server": "arn:aws:eks:eu-west-1:123456789012:cluster/capabilities"},
        {"name": "shop", "server": "arn:aws:eks:eu-west-1:210987654321:cluster/shop"},
    ]
    for secret in secrets:
        assert secret["metadata"]["namespace"] == "argocd"
        assert secret["metadata"]["labels"] == {"argocd.argoproj.io/secret-type": "cluster"}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_an_environment_without_capabilities_has_nothing_of_them(output: Output, name: str) -> None:
    for stack in ("network", "cluster", "platform"):
        made = output.stack(f"{name}-{stack}")
        assert "aws_eks_capability" not in made.text
        assert "argo-cd-clusters" not in made.text
    aws = output.stack(f"{name}-cluster").json["terraform"]["required_providers"]["aws"]
    assert not aws["version"].startswith(">= 6.25")


def test_the_provider_is_new_enough(cluster: Stack) -> None:
    aws = cluster.json["terraform"]["required_providers"]["aws"]
    assert aws["version"] == ">= 6.25, < 7.0"


def test_a_pipeline_of_the_cluster_stack_alone_may_pass_their_roles(cluster: Stack) -> None:
    statements = stack_statements(example("capabilities"), [cluster.json], "apply")
    (passing,) = [each for each in statements if each.sid == "Pass"]
    assert "arn:aws:iam::123456789012:role/capabilities-kro-capability" in passing.resources
    services = passing.conditions["StringEquals"]["iam:PassedToService"]
    assert "capabilities.eks.amazonaws.com" in services
