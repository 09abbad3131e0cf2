"""Additional clusters of Argo CD (G6), with IAM and without a secret."""

import json
from typing import Any

from modules.addons.argo_cd.addon import ADDON
from support.platform_stack import GIT, TEAM, before, context, platform_resources, values

ROLE = "arn:aws:iam::210987654321:role/argocd"
CLUSTERS: dict[str, Any] = {
    "other": {
        "server": "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
        "cluster_name": "other-prod",
        "certificate_authority": "QUJD" * 20,
        "role_arn": ROLE,
        "labels": {"stage": "prod"},
    }
}
PLATFORM = {"argo_cd": {"clusters": CLUSTERS}}
ACCOUNTS = ("argocd_application_controller", "argocd_server")


def test_a_cluster_is_registered_with_a_role_to_assume() -> None:
    [(name, cluster)] = values(ADDON, platform=PLATFORM)["configs"]["clusterCredentials"].items()
    assert name == "other"
    assert cluster == {
        "server": CLUSTERS["other"]["server"],
        "labels": {"stage": "prod"},
        "config": {
            "awsAuthConfig": {"clusterName": "other-prod", "roleARN": ROLE},
            "tlsClientConfig": {
                "insecure": False,
                "caData": CLUSTERS["other"]["certificate_authority"],
            },
        },
    }


def test_controller_and_server_may_assume_these_roles_and_no_others() -> None:
    made = platform_resources(platform=PLATFORM)
    for account in ACCOUNTS:
        policy = json.loads(made["aws_iam_policy"][f"{account}_role_clusters"]["policy"])
        [statement] = policy["Statement"]
        assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
        assert statement["Resource"] == ROLE
        association = made["aws_eks_pod_identity_association"][f"{account}_role_association"]
        assert association["namespace"] == "argocd"
        assert association["service_account"] == account.replace("_", "-")


def test_pods_start_after_their_roles_exist() -> None:
    found = before(platform_resources(platform=PLATFORM), "helm_release.argo_cd")
    for account in ACCOUNTS:
        assert f"aws_eks_pod_identity_association.{account}_role_association" in found


def test_without_additional_clusters_there_are_no_aws_permissions() -> None:
    assert not [id_ for id_ in platform_resources()["aws_iam_role"] if id_.startswith("argocd")]


def test_with_irsa_each_service_account_names_its_role() -> None:
    made = values(ADDON, platform=PLATFORM, cluster={"identity": "irsa"})
    for part, account in (("controller", "application-controller"), ("server", "server")):
        annotations = made[part]["serviceAccount"]["annotations"]
        arn = f"arn:aws:iam::123456789012:role/test-argocd-{account}"
        assert annotations == {"eks.amazonaws.com/role-arn": arn}
    roles = platform_resources(platform=PLATFORM, cluster={"identity": "irsa"})["aws_iam_role"]
    names = {roles[f"{account}_role"]["name"] for account in ACCOUNTS}
    assert names == {"test-argocd-application-controller", "test-argocd-server"}


def test_a_team_can_deploy_to_an_additional_cluster() -> None:
    applications = {"repository": GIT, "cluster": "other"}
    teams = {"shop": {**TEAM, "applications": applications}}
    _, project, application_set = ADDON.resources(context(ADDON, platform=PLATFORM, teams=teams))
    assert {each["name"] for each in project["spec"]["destinations"]} == {"in-cluster", "other"}
    assert application_set["spec"]["template"]["spec"]["destination"]["name"] == "other"
