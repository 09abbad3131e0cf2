"""Grafana (I2): a generated password, single sign-on, and an Ingress that fits the front door."""

from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.helm.contract import Values
from support.environments import environment, example
from support.platform import ZONE

HOST = "grafana.platform.example.com"
EDGE = {"hosted_zone": ZONE, "domain_names": ["*.platform.example.com"]}
SSO = {
    "name": "Example",
    "client_id": "grafana",
    "client_secret": "grafana-sso:client-secret",
    "auth_url": "https://login.example.com/authorize",
    "token_url": "https://login.example.com/token",
    "api_url": "https://login.example.com/userinfo",
}


def grafana(settings: dict[str, Any] | None = None, **others: Any) -> Values:
    platform = {"monitoring": {"grafana": settings or {}}}
    made = rendered(environment(platform=platform, **others))
    return made["kube-prometheus-stack"].values["grafana"]


def test_the_first_password_is_generated_once_and_read_from_its_secret() -> None:
    """Grafana reads it only when it creates its database."""
    made = rendered(environment())["kube-prometheus-stack-prerequisites"].manifests
    [secret] = [each for each in made if each["kind"] == "ExternalSecret"]
    assert secret["spec"]["refreshPolicy"] == "CreatedOnce"
    admin = grafana()["admin"]
    assert admin["existingSecret"] == secret["spec"]["target"]["name"]
    keys = set(secret["spec"]["target"]["template"]["data"])
    assert keys == {admin["userKey"], admin["passwordKey"]}
    assert "adminPassword" not in grafana()


@pytest.mark.parametrize(
    ("settings", "edge", "url", "tls"),
    [
        ({"host": HOST}, EDGE, f"https://{HOST}", True),
        ({"host": HOST}, {"enabled": False}, f"https://{HOST}", True),
        ({"host": HOST}, {}, f"http://{HOST}", False),
        ({}, EDGE, None, False),
    ],
    ids=["with TLS", "with a load balancer of the user's", "without TLS", "without a name"],
)
def test_url_and_cookies_fit_the_front_door(
    settings: dict[str, Any], edge: dict[str, Any], url: str | None, tls: bool
) -> None:
    made = grafana(settings, edge=edge)
    ini = made["grafana.ini"]
    assert ini["security"]["cookie_secure"] is tls
    assert ini.get("server", {"root_url": None})["root_url"] == url
    assert ("tls" in made["ingress"]) is tls
    assert made["ingress"]["enabled"] is (url is not None)


def test_single_sign_on_names_its_secret_and_gives_roles_by_group() -> None:
    sso = {**SSO, "admins": ["platform"], "editors": ["o'brien"]}
    made = grafana({"host": HOST, "sso": sso}, edge=EDGE)
    variable = made["envValueFrom"]["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"]
    assert variable == {"secretKeyRef": {"name": "grafana-sso", "key": "client-secret"}}
    oauth = made["grafana.ini"]["auth.generic_oauth"]
    assert "client_secret" not in oauth
    assert oauth["role_attribute_path"] == (
        "contains(groups[*], 'platform') && 'Admin' || contains(groups[*], 'o\\'brien') && 'Editor'"
    )
    assert oauth["role_attribute_strict"] is True


def test_others_may_view_only_if_configured() -> None:
    oauth = grafana({"host": HOST, "sso": {**SSO, "others_may_view": True}}, edge=EDGE)[
        "grafana.ini"
    ]["auth.generic_oauth"]
    assert oauth["role_attribute_path"] == "'Viewer'"
    assert oauth["role_attribute_strict"] is False


def test_grafana_reads_secrets_of_its_own_namespace_only() -> None:
    """A data source can send files and variables of the pod to any address."""
    made = grafana()
    assert "searchNamespace" not in made["sidecar"]["datasources"]
    assert made["sidecar"]["dashboards"]["resource"] == "configmap"
    assert made["rbac"] == {"namespaced": True}
    assert {"extraClusterRoleRules", "extraRoleRules"} & set(made["rbac"]) == set()
    objects = rendered(environment())["kube-prometheus-stack-prerequisites"].manifests
    [role] = [each for each in objects if each["kind"] == "ClusterRole"]
    [rule] = role["rules"]
    assert (rule["resources"], rule["verbs"]) == (["configmaps"], ["get", "list", "watch"])
    [binding] = [each for each in objects if each["kind"] == "ClusterRoleBinding"]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    [account] = binding["subjects"]
    assert account["namespace"] == "monitoring"


def test_the_platforms_data_sources_are_where_grafana_looks_for_them() -> None:
    found: set[str] = set()
    for release in rendered(example("tracing")).values():
        for each in release.manifests:
            target = each.get("spec", {}).get("target", {}).get("template", {})
            for metadata in (each["metadata"], target.get("metadata", {})):
                if "grafana_datasource" in metadata.get("labels", {}):
                    assert each["metadata"]["namespace"] == "monitoring"
                    found.add(each["kind"])
    assert found == {"ConfigMap", "ExternalSecret"}
