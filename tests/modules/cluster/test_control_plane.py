"""The control plane (C1, C2): endpoint, logs, encryption and access."""

import json
from typing import Any

import pytest

from config.derived import providers
from support.cluster import Cluster, cluster
from support.environments import MINIMAL, environment

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


@pytest.fixture(scope="module")
def default() -> Cluster:
    return cluster()


def control_plane(made: Cluster) -> dict[str, Any]:
    return made.one("aws_eks_cluster", "cluster")


def test_the_api_endpoint_is_private_by_default(default: Cluster) -> None:
    network = control_plane(default)["vpc_config"]
    assert network["endpoint_private_access"] is True
    assert network["endpoint_public_access"] is False
    assert "public_access_cidrs" not in network


def test_its_interfaces_are_in_subnets_of_their_own(default: Cluster) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""
    state = "${data.terraform_remote_state.network.outputs.control_plane_subnet_ids."
    assert control_plane(default)["vpc_config"]["subnet_ids"] == [
        f"{state}{zone}}}" for zone in "abc"
    ]


def test_a_public_endpoint_allows_the_configured_blocks_only() -> None:
    endpoint = {"public": True, "public_access_cidrs": ["203.0.113.0/24"]}
    network = control_plane(cluster(endpoint=endpoint))["vpc_config"]
    assert network["endpoint_private_access"] is True
    assert network["endpoint_public_access"] is True
    assert network["public_access_cidrs"] == ["203.0.113.0/24"]


def test_access_from_the_whole_internet_is_explicit() -> None:
    endpoint = {"public": True, "allow_public_access_from_anywhere": True}
    network = control_plane(cluster(endpoint=endpoint))["vpc_config"]
    assert network["public_access_cidrs"] == ["0.0.0.0/0"]


def test_all_five_log_types_are_enabled(default: Cluster) -> None:
    assert control_plane(default)["enabled_cluster_log_types"] == LOG_TYPES


def test_the_log_group_precedes_the_cluster_with_encryption_and_retention(default: Cluster) -> None:
    group = default.one("aws_cloudwatch_log_group", "cluster_log_group")
    assert group["name"] == "/aws/eks/test/cluster"
    assert group["kms_key_id"] == "${aws_kms_key.cluster_key.arn}"
    assert group["retention_in_days"] == 365
    assert "aws_cloudwatch_log_group.cluster_log_group" in default.before("aws_eks_cluster.cluster")


def test_secrets_are_encrypted_with_a_rotating_key(default: Cluster) -> None:
    assert control_plane(default)["encryption_config"] == {
        "resources": ["secrets"],
        "provider": {"key_arn": "${aws_kms_key.cluster_key.arn}"},
    }
    assert default.one("aws_kms_key", "cluster_key")["enable_key_rotation"] is True


def test_key_policies_name_only_account_admins_and_aws_services(default: Cluster) -> None:
    account = "arn:aws:iam::123456789012:root"
    for id_, key in default.of("aws_kms_key").items():
        statements = json.loads(key["policy"])["Statement"]
        people = [
            principal
            for statement in statements
            for kind, names in statement["Principal"].items()
            if kind == "AWS"
            for principal in ([names] if isinstance(names, str) else names)
        ]
        assert people == [account, *MINIMAL["admins"]], id_


def test_only_cloudwatch_logs_may_use_the_cluster_key_as_a_service(
    default: Cluster,
) -> None:
    policy = json.loads(default.one("aws_kms_key", "cluster_key")["policy"])
    services = [s for s in policy["Statement"] if "Service" in s["Principal"]]
    assert [s["Principal"]["Service"] for s in services] == ["logs.eu-west-1.amazonaws.com"]
    [context] = services[0]["Condition"]["ArnEquals"].values()
    assert context.endswith(":log-group:/aws/eks/test/cluster")


def test_the_creator_of_the_cluster_gets_no_access(default: Cluster) -> None:
    assert control_plane(default)["access_config"] == {
        "authentication_mode": "API",
        "bootstrap_cluster_creator_admin_permissions": False,
    }


def test_eks_installs_no_self_managed_add_ons(default: Cluster) -> None:
    assert control_plane(default)["bootstrap_self_managed_addons"] is False


def test_the_role_trusts_this_cluster_only_and_outlives_it(default: Cluster) -> None:
    role = default.one("aws_iam_role", "cluster_role")
    [trust] = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "eks.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:eks:eu-west-1:123456789012:cluster/test"},
    }
    before = default.before("aws_eks_cluster.cluster")
    policies = {
        body["policy_arn"].rpartition("/")[2]
        for address, body in default.bodies.items()
        if address.startswith("aws_iam_role_policy_attachment.cluster_role") and address in before
    }
    assert policies == {"AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"}


@pytest.mark.parametrize("policy", ["standard", "extended"])
def test_the_upgrade_policy_is_the_configured_one(policy: str) -> None:
    made = control_plane(cluster(upgrade_policy=policy))
    assert made["upgrade_policy"] == {"support_type": policy.upper()}


@pytest.mark.parametrize("shift", [True, False])
def test_zonal_shift_is_always_set_so_that_it_can_be_disabled(shift: bool) -> None:
    made = control_plane(cluster(zonal_shift=shift))
    assert made["zonal_shift_config"] == {"enabled": shift}


@pytest.mark.parametrize("protection", [True, False])
def test_deletion_protection_raises_the_provider_floor(protection: bool) -> None:
    settings = environment(cluster={"deletion_protection": protection})
    assert control_plane(Cluster(settings))["deletion_protection"] is protection
    assert providers.aws_constraint(settings) == ">= 6.9, < 7.0"


def test_without_deletion_protection_older_providers_are_allowed(default: Cluster) -> None:
    assert "deletion_protection" not in control_plane(default)
    assert providers.aws_constraint(environment()) == ">= 5.95, < 7.0"


def test_the_service_cidr_is_always_set() -> None:
    network = control_plane(cluster(service_cidr="10.96.0.0/16"))["kubernetes_network_config"]
    assert network == {"ip_family": "ipv4", "service_ipv4_cidr": "10.96.0.0/16"}


def test_an_imported_cluster_is_not_replaced(default: Cluster) -> None:
    # EKS does not return them, so that an import has the provider's defaults, which differ.
    assert control_plane(default)["lifecycle"]["ignore_changes"] == [
        "access_config[0].bootstrap_cluster_creator_admin_permissions",
        "bootstrap_self_managed_addons",
    ]


def test_the_cluster_can_have_a_custom_name() -> None:
    made = cluster(name="payments")
    assert control_plane(made)["name"] == "payments"
    assert made.one("aws_cloudwatch_log_group", "cluster_log_group")["name"] == (
        "/aws/eks/payments/cluster"
    )


def test_the_longest_cluster_name_still_fits_everywhere() -> None:
    name = "c" * 100
    made = cluster(name=name, identity="irsa")
    assert control_plane(made)["name"] == name
    for id_, role in made.of("aws_iam_role").items():
        assert len(role["name"]) <= 64, id_
    for id_, template in made.of("aws_launch_template").items():
        assert len(template["name"]) <= 128, id_
    assert len(made.one("aws_efs_file_system", "efs")["creation_token"]) <= 64
    assert len({role["name"] for role in made.of("aws_iam_role").values()}) == len(
        made.of("aws_iam_role")
    )
