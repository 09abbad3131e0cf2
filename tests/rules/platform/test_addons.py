"""What the rules of all add-ons refuse, and those of add-ons that are off."""

from typing import Any

import pytest

from config.problem import Path
from support.environments import refused, warned
from support.platform_stack import GIT, TEAM

HOST = "argocd.example.com"

BCRYPT = "$2a$10$" + "N" * 53


@pytest.mark.parametrize(
    ("setting", "values", "path"),
    [
        (
            "argo_cd",
            {"configs": {"secret": {"argocdServerAdminPassword": BCRYPT}}},
            ("configs", "secret", "argocdServerAdminPassword"),
        ),
        (
            "falco",
            {"extra": {"env": [{"name": "A", "value": BCRYPT}]}},
            ("extra", "env", 0, "value"),
        ),
        ("monitoring", {"grafana": {"adminPassword": "$ecret"}}, ("grafana", "adminPassword")),
        ("external_dns", {"provider": {"apiKey": "hunter2"}}, ("provider", "apiKey")),
        ("fluent_bit", {"env": [{"token": "hunter2"}]}, ("env", 0, "token")),
        ("ingress", {"webhookSecret": "$1$hunter2"}, ("webhookSecret",)),
    ],
)
def test_no_add_ons_values_hold_a_secret(setting: str, values: dict[str, Any], path: Path) -> None:
    wrong = refused(platform={setting: {"values": values}})
    assert wrong == {
        ("platform", setting, "values", *path): (
            "is a secret, which would end up in the Terraform state"
        )
    }


@pytest.mark.parametrize(
    "values",
    [
        {"clientSecret": "$argocd-sso:client-secret"},
        {"clientSecret": "$dex.github.clientSecret"},
        {"password": "${GRAFANA_PASSWORD}"},
        {"password": "$(PASSWORD)"},
        {"password": "$PASSWORD"},
        {"password": "$__file{/etc/secrets/password}"},
        {"password": ""},
        {"existingSecret": "argocd-redis", "existingSecretKey": "password"},
        {"secretName": "wildcard-tls", "passwordKey": "admin-password"},
    ],
)
def test_the_name_of_a_secret_is_none(values: dict[str, Any]) -> None:
    assert refused(platform={"monitoring": {"values": {"any": values}}}) == {}


def test_settings_for_argo_cd_need_argo_cd() -> None:
    settings = {"host": HOST, "root": {"repository": GIT}, "rbac": {"admins": ["platform"]}}
    off = {"argo_cd": {"enabled": False, **settings}}
    teams = {"shop": {**TEAM, "argo_cd_admins": ["shop"], "repositories": [GIT]}}
    message = "has no effect: platform.argo_cd is switched off"
    assert refused(platform=off, teams=teams) == {
        **{("platform", "argo_cd", key): message for key in settings},
        ("teams", "shop", "argo_cd_admins"): message,
        ("teams", "shop", "repositories"): message,
    }
    assert refused(platform={"argo_cd": {"enabled": False, "version": "10.0.0"}}) == {}


def test_a_chart_version_with_a_known_vulnerability_is_warned_of() -> None:
    path = ("platform", "kyverno", "version")
    kyverno = {"enabled": True, "version": "3.9.0"}
    found = warned(platform={"kyverno": kyverno})
    assert "GHSA-5qq8-67g6-4h2w; fixed in 3.9.1" in found[path]
    assert path not in warned(platform={"kyverno": {**kyverno, "version": "3.9.1"}})
    assert path not in warned(platform={"kyverno": {**kyverno, "enabled": False}})


def test_policies_that_are_none_are_warned_of() -> None:
    kyverno = {"enabled": True, "policies": []}
    assert set(warned(platform={"kyverno": kyverno})) == {("platform", "kyverno", "policies")}


def test_metrics_with_gaps_are_warned_of() -> None:
    path = ("platform", "monitoring", "prometheus", "scrape_interval")
    for interval, unwise in (("4m59s", False), ("5m", True), ("1h", True)):
        monitoring = {"prometheus": {"scrape_interval": interval}}
        assert (path in warned(platform={"monitoring": monitoring})) == unwise


def test_network_policies_that_are_off_or_not_enforced_are_warned_of() -> None:
    off = ("platform", "network_policies", "enabled")
    assert off in warned(platform={"network_policies": {"enabled": False}})
    path = ("cluster", "addons", "vpc-cni", "values", "enableNetworkPolicy")
    cni = {"addons": {"vpc-cni": {"values": {"enableNetworkPolicy": "false"}}}}
    assert path in warned(cluster=cni)
    assert path not in warned(cluster=cni, platform={"cilium": {"enabled": True}})
    assert {off, path} & set(warned()) == set()
