"""Argo CD (G1, G2, G3): replicas, ingress, single sign-on and RBAC."""

import json
from typing import Any

import pytest

from modules.addons.argo_cd.addon import ADDON
from support.platform_stack import before, context, platform_resources, values

SSO: dict[str, Any] = {
    "host": "argocd.example.com",
    "connectors": {
        "github": {
            "type": "github",
            "name": "GitHub",
            "config": {"clientID": "0123", "orgs": [{"name": "example"}]},
            "secrets": {"clientSecret": "argocd-sso:client-secret"},
        }
    },
}
REPLICATED = ("server", "repoServer", "applicationSet")
COMPONENTS = (*REPLICATED, "controller", "dex", "notifications")


def argo_cd(cluster: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    """Argo CD's values with settings of Argo CD and of the cluster."""
    return values(ADDON, cluster=cluster or {}, platform={"argo_cd": settings})


def nodes(size: int) -> dict[str, Any]:
    """Cluster settings with a minimum of system nodes."""
    return {"system_nodes": {"min_size": size, "desired_size": size, "max_size": 6}}


def test_three_nodes_get_two_replicas_and_a_highly_available_redis() -> None:
    made = argo_cd(nodes(3))
    assert [made[part]["replicas"] for part in REPLICATED] == [2, 2, 2]
    assert all(made[part]["pdb"] == {"enabled": True, "maxUnavailable": 1} for part in REPLICATED)
    assert made["redis-ha"]["enabled"] is True
    assert made["redis"]["enabled"] is False


def test_two_nodes_get_one_replica_and_no_disruption_budget() -> None:
    made = argo_cd(nodes(2))
    assert [made[part]["replicas"] for part in REPLICATED] == [1, 1, 1]
    assert not [part for part in made if "pdb" in made[part]]
    assert made["redis-ha"] == {"enabled": False}
    assert made["redis"]["enabled"] is True


@pytest.mark.parametrize(
    ("effect", "replicas"), [("NoSchedule", 1), ("NoExecute", 1), ("PreferNoSchedule", 2)]
)
def test_only_nodes_without_blocking_taints_count(effect: str, replicas: int) -> None:
    taints = [{"key": "gpu", "effect": effect}]
    group = {"min_size": 1, "desired_size": 1, "max_size": 2, "taints": taints}
    made = argo_cd({**nodes(2), "node_groups": {"other": group}})
    assert made["server"]["replicas"] == replicas


@pytest.mark.parametrize(("wanted", "replicas"), [(True, 2), (False, 1)])
def test_high_availability_can_be_configured(wanted: bool, replicas: int) -> None:
    made = argo_cd(nodes(2 if wanted else 3), high_availability=wanted)
    assert made["server"]["replicas"] == replicas


def test_every_component_has_requests_and_metrics() -> None:
    made = argo_cd(nodes(3))
    for part in COMPONENTS:
        assert set(made[part]["resources"]["requests"]) == {"cpu", "memory"}, part
        assert made[part]["resources"]["limits"]["memory"], part
        monitored = {"enabled": True, "serviceMonitor": {"enabled": True}}
        assert made[part]["metrics"] == monitored, part
    redis = made["redis-ha"]
    for metrics in (redis["exporter"], redis["haproxy"]["metrics"]):
        assert metrics["enabled"] is True
        assert metrics["serviceMonitor"] == {"enabled": True}


def test_it_runs_on_system_nodes() -> None:
    made = argo_cd(nodes(3))
    taint = {"key": "CriticalAddonsOnly", "operator": "Exists"}
    redis = made["redis-ha"]
    for tolerations in (made["global"], redis, redis["haproxy"]):
        assert tolerations["tolerations"] == [taint]


def test_without_a_host_there_is_no_ingress() -> None:
    made = argo_cd()
    assert made["server"]["ingress"] == {"enabled": False}
    assert made["configs"]["params"]["server.insecure"] is False


def test_the_ingress_has_its_own_certificate() -> None:
    made = values(
        ADDON,
        platform={"argo_cd": {"host": "argocd.example.com"}},
        edge={"certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0123"},
    )
    assert made["global"]["domain"] == "argocd.example.com"
    assert made["server"]["ingress"] == {
        "enabled": True,
        "ingressClassName": "nginx",
        "tls": True,
        "annotations": {
            "cert-manager.io/cluster-issuer": "internal-ca",
            "nginx.org/proxy-buffering": "False",
            "nginx.org/proxy-read-timeout": "3600s",
        },
    }
    assert made["configs"]["params"]["server.insecure"] is True


def test_a_front_door_without_tls_gets_no_redirect() -> None:
    ingress = argo_cd(host="argocd.example.com")["server"]["ingress"]
    assert ingress["enabled"]
    assert "tls" not in ingress


def test_nginx_does_not_buffer_streamed_responses() -> None:
    """F5's NGINX buffers responses by default; the other controllers stream them."""
    annotations = argo_cd(host="argocd.example.com")["server"]["ingress"]["annotations"]
    assert annotations["nginx.org/proxy-buffering"] == "False"
    other = {"argo_cd": {"host": "argocd.example.com"}, "ingress": {"controller": "haproxy"}}
    assert values(ADDON, platform=other)["server"]["ingress"]["annotations"] == {}


def test_single_sign_on_refers_to_its_secret() -> None:
    made = argo_cd(**SSO)
    assert made["dex"]["enabled"] is True
    [connector] = json.loads(made["configs"]["cm"]["dex.config"])["connectors"]
    assert connector == {
        "type": "github",
        "id": "github",
        "name": "GitHub",
        "config": {
            "clientID": "0123",
            "orgs": [{"name": "example"}],
            "clientSecret": "$argocd-sso:client-secret",
        },
    }


def test_references_to_secrets_are_not_terraform_templates() -> None:
    made = platform_resources(platform={"argo_cd": SSO})
    [text] = made["helm_release"]["argo_cd"]["values"]
    assert "$argocd-sso:client-secret" in text
    assert "$$argocd-sso" not in text


def test_dex_is_disabled_without_connectors() -> None:
    made = argo_cd()
    assert made["dex"]["enabled"] is False
    assert "dex.config" not in made["configs"]["cm"]


def test_argo_cds_own_secret_gets_no_values() -> None:
    assert "secret" not in argo_cd(**SSO)["configs"]


def test_groups_get_roles_and_other_users_none() -> None:
    line = "p, role:deployers, applications, sync, */*, allow"
    rbac = {"admins": ["Platform Team"], "readers": ["staff"], "policy": [line]}
    assert argo_cd(rbac=rbac)["configs"]["rbac"] == {
        "policy.default": "",
        "policy.csv": f"g, Platform Team, role:admin\ng, staff, role:readonly\n{line}\n",
        "scopes": "[groups]",
    }
    readers = argo_cd(rbac={"default_role": "readonly", "scopes": ["groups", "email"]})
    assert readers["configs"]["rbac"]["policy.default"] == "role:readonly"
    assert readers["configs"]["rbac"]["scopes"] == "[groups, email]"


def test_the_admin_user_and_shells_are_disabled_by_default() -> None:
    assert argo_cd()["configs"]["cm"]["exec.enabled"] is False
    made = argo_cd(**SSO, admin_enabled=False)
    assert made["configs"]["cm"]["admin.enabled"] is False


def test_repositories_have_an_address_and_no_credentials() -> None:
    url = "https://github.com/example/applications"
    made = argo_cd(repositories={"applications": {"url": url}})
    assert made["configs"]["repositories"] == {
        "applications": {"name": "applications", "url": url, "type": "git"}
    }


def test_it_is_installed_after_the_load_balancer_controller_and_karpenter() -> None:
    found = before(platform_resources(), "helm_release.argo_cd")
    assert {
        "helm_release.aws_load_balancer_controller",
        "helm_release.karpenter_resources",
        "kubernetes_namespace_v1.namespace_argocd",
    } <= found


def test_its_namespace_can_be_configured() -> None:
    made = context(ADDON, platform={"argo_cd": {"namespace": "gitops"}})
    assert made.namespace == "gitops"
