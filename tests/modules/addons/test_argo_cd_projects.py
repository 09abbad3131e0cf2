"""What Argo CD deploys (G4): a project for each team, and the root application."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from modules.addons.argo_cd.addon import ADDON
from modules.helm.contract import Manifest
from support.members import permitted
from support.platform_stack import GIT, TEAM, before, context, platform_resources

SAMPLE = Path(__file__).parents[3] / "examples/gitops-repositories/shop/apps/sample-app"
APPLICATION = [
    document
    for file in sorted(SAMPLE.glob("*.yaml"))
    for document in yaml.safe_load_all(file.read_text())
]
FINALIZER = "resources-finalizer.argocd.argoproj.io"


def objects(**settings: Any) -> dict[tuple[str, str], Manifest]:
    """Argo CD's objects by kind and name."""
    made = ADDON.resources(context(ADDON, **settings))
    return {(each["kind"], each["metadata"]["name"]): each for each in made}


DEFAULT = ("AppProject", "default")


def test_an_application_without_a_project_deploys_nothing() -> None:
    """Writers of the root application's repository choose the projects of Applications."""
    anything = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}}
    closed = objects()
    assert set(closed) == {DEFAULT}
    assert closed[DEFAULT]["spec"]["sourceRepos"] == []
    assert not permitted(closed[DEFAULT], anything)
    pod = {**anything, "kind": "Pod", "metadata": {"namespace": "argocd"}}
    assert not permitted(closed[DEFAULT], pod)
    opened = objects(platform={"argo_cd": {"default_project": "open"}})[DEFAULT]
    assert opened["spec"]["sourceRepos"] == ["*"]
    assert permitted(opened, anything)


def test_the_default_project_is_taken_over_from_argo_cd() -> None:
    release = platform_resources()["helm_release"]["argo_cd_resources"]
    assert release["take_ownership"] is True


def test_a_team_deploys_from_its_repositories_to_its_namespaces_only() -> None:
    team = {"namespaces": {"shop": {}, "shop-test": {}}, "repositories": [GIT]}
    made = objects(teams={"shop": team})
    assert set(made) == {DEFAULT, ("AppProject", "shop")}
    project = made["AppProject", "shop"]
    assert project["metadata"]["namespace"] == "argocd"
    assert project["spec"]["sourceRepos"] == [GIT]
    assert project["spec"]["destinations"] == [
        {"name": "in-cluster", "namespace": "shop"},
        {"name": "in-cluster", "namespace": "shop-test"},
    ]
    assert project["spec"]["clusterResourceWhitelist"] == []


def may_deploy(group: str, kind: str, **team: Any) -> bool:
    """Whether a team's project allows a resource."""
    project = objects(teams={"shop": {**TEAM, **team}})["AppProject", "shop"]
    api_version = f"{group}/v1" if group else "v1"
    return permitted(
        project, {"apiVersion": api_version, "kind": kind, "metadata": {"namespace": "shop"}}
    )


LIMITS = pytest.mark.parametrize(
    ("group", "kind"),
    [
        ("", "ResourceQuota"),
        ("", "LimitRange"),
        ("security.istio.io", "PeerAuthentication"),
        ("kyverno.io", "PolicyException"),
        ("policies.kyverno.io", "PolicyException"),
        ("rbac.authorization.k8s.io", "Role"),
        ("rbac.authorization.k8s.io", "RoleBinding"),
        ("elbv2.k8s.aws", "TargetGroupBinding"),
        ("vpcresources.k8s.aws", "SecurityGroupPolicy"),
        ("", "Endpoints"),
        ("discovery.k8s.io", "EndpointSlice"),
        ("networking.k8s.io", "NetworkPolicy"),
    ],
)


@LIMITS
def test_a_team_cannot_deploy_objects_that_lift_its_limits(group: str, kind: str) -> None:
    assert not may_deploy(group, kind)
    assert not may_deploy(group, kind, admission="warn")


def test_a_team_deploys_a_normal_application() -> None:
    for document in APPLICATION:
        group = document["apiVersion"].rpartition("/")[0]
        assert may_deploy(group, document["kind"]), document["kind"]
    for group, kind in (
        ("", "Secret"),
        ("external-secrets.io", "ExternalSecret"),
        ("monitoring.coreos.com", "ServiceMonitor"),
        ("security.istio.io", "AuthorizationPolicy"),
    ):
        assert may_deploy(group, kind), kind


def test_a_team_deploys_other_kinds_only_where_allowed() -> None:
    assert not may_deploy("apps", "DaemonSet")
    assert may_deploy("apps", "DaemonSet", admission="warn")
    assert may_deploy("apps", "DaemonSet", allow=["default", "apps/DaemonSet"])
    assert may_deploy("example.com", "Database", allow=["example.com/*"])
    assert not may_deploy("apps", "Deployment", allow=["ConfigMap"])


def test_stores_of_a_namespace_are_allowed_where_external_secrets_reads_them() -> None:
    stores = {"external_secrets": {"namespaced_stores": True}}
    made = objects(teams={"shop": TEAM}, platform=stores)["AppProject", "shop"]["spec"]
    store = {"group": "external-secrets.io", "kind": "SecretStore"}
    assert store in made["namespaceResourceWhitelist"]
    assert not may_deploy(store["group"], store["kind"])


def test_a_team_deploys_network_policies_only_where_allowed() -> None:
    assert may_deploy("networking.k8s.io", "NetworkPolicy", network_policies=True)
    assert not may_deploy("rbac.authorization.k8s.io", "RoleBinding", network_policies=True)


def test_a_teams_groups_access_its_own_applications_only() -> None:
    team = {**TEAM, "argo_cd_admins": ["shop-leads"], "argo_cd_viewers": ["shop"]}
    admin, view = objects(teams={"shop": team})["AppProject", "shop"]["spec"]["roles"]
    assert admin["groups"] == ["shop-leads"]
    assert admin["policies"] == ["p, proj:shop:admin, applications, *, shop/*, allow"]
    assert view["groups"] == ["shop"]
    assert view["policies"] == ["p, proj:shop:view, applications, get, shop/*, allow"]
    assert objects(teams={"shop": TEAM})["AppProject", "shop"]["spec"]["roles"] == []


def test_each_directory_of_a_teams_repository_becomes_an_application() -> None:
    team = {**TEAM, "applications": {"repository": GIT, "revision": "main"}}
    made = objects(teams={"shop": team})
    assert made["AppProject", "shop"]["spec"]["sourceRepos"] == [GIT]
    spec = made["ApplicationSet", "shop"]["spec"]
    assert spec["generators"] == [
        {"git": {"repoURL": GIT, "revision": "main", "directories": [{"path": "apps/*"}]}}
    ]
    template = spec["template"]
    assert template["metadata"]["name"] == "shop-{{ .path.basenameNormalized }}"
    assert template["spec"]["project"] == "shop"
    assert template["spec"]["source"]["path"] == "{{ .path.path }}"
    assert template["spec"]["destination"] == {"name": "in-cluster", "namespace": "shop"}
    assert template["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}


def test_the_root_application_deploys_applications_and_no_projects() -> None:
    made = objects(platform={"argo_cd": {"root": {"repository": GIT, "path": "argocd"}}})
    assert set(made) == {DEFAULT, ("AppProject", "platform"), ("Application", "root")}
    project = made["AppProject", "platform"]["spec"]
    assert project["sourceRepos"] == [GIT]
    assert [kind["kind"] for kind in project["namespaceResourceWhitelist"]] == [
        "Application",
        "ApplicationSet",
    ]
    root = made["Application", "root"]["spec"]
    assert root["project"] == "platform"
    assert root["source"]["repoURL"] == GIT
    assert root["source"]["path"] == "argocd"
    assert root["destination"] == {"name": "in-cluster", "namespace": "argocd"}


def test_removal_waits_until_everything_deployed_is_deleted() -> None:
    team = {**TEAM, "applications": {"repository": GIT}}
    made = objects(teams={"shop": team}, platform={"argo_cd": {"root": {"repository": GIT}}})
    for key in (("AppProject", "shop"), ("AppProject", "platform"), ("Application", "root")):
        assert made[key]["metadata"]["finalizers"] == [FINALIZER]
    template = made["ApplicationSet", "shop"]["spec"]["template"]
    assert template["metadata"]["finalizers"] == [FINALIZER]
    assert ADDON.resources_helm.wait
    assert ADDON.resources_helm.timeout_seconds >= 1800


def test_applications_are_deployed_after_the_limits_of_their_namespaces() -> None:
    made = platform_resources(teams={"shop": TEAM})
    found = before(made, "helm_release.argo_cd_resources")
    assert {
        "kubernetes_namespace_v1.namespace_shop",
        "kubernetes_resource_quota_v1.quota_shop",
        "kubernetes_limit_range_v1.limits_shop",
        "kubernetes_network_policy_v1.default_deny_shop",
    } <= found


def test_controllers_that_release_resources_outlive_the_namespaces() -> None:
    made = platform_resources(teams={"shop": TEAM})
    found = before(made, "kubernetes_namespace_v1.namespace_shop")
    releases = {f"helm_release.{id_}" for id_ in made["helm_release"]}
    unrelated = {"helm_release.argo_cd_resources", "helm_release.storage_classes"}
    assert releases - found == unrelated
