"""Settings of Argo CD, teams and storage classes that would not work, refused before any of it."""

import re
from pathlib import Path as FilePath
from typing import Any

import pytest
import yaml

from config.problem import Path
from config.types.quantity import quantity
from support.environments import environment, problems
from support.platform_stack import GIT, TEAM

GITHUB: dict[str, Any] = {"type": "github", "name": "GitHub"}
HOST = "argocd.example.com"
ROOT = FilePath(__file__).parents[2]
CLUSTER = {
    "server": "https://one.example.com",
    "cluster_name": "one",
    "certificate_authority": "QUJD" * 20,
    "role_arn": "arn:aws:iam::123456789012:role/argocd",
}


HTTPS: dict[str, Any] = {"certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0123"}


def found(**settings: Any) -> dict[Path, str]:
    """What is wrong, by where it stands."""
    return {problem.path: problem.message for problem in problems(environment(**settings))}


def argo_cd(**settings: Any) -> dict[Path, str]:
    """What is wrong with settings of Argo CD, by where it stands below them."""
    wrong = found(platform={"argo_cd": settings}, edge=HTTPS)
    return {path[2:]: text for path, text in wrong.items()}


@pytest.mark.parametrize(
    "config",
    [
        {"clientSecret": "hunter2"},
        {"bindPW": "hunter2"},
        {"proxy": {"password": "hunter2"}},
        {"accounts": [{"token": "hunter2"}]},
    ],
)
def test_a_secret_of_a_connector_is_refused(config: dict[str, Any]) -> None:
    connectors = {"github": {**GITHUB, "config": config}}
    [(path, message)] = argo_cd(host=HOST, connectors=connectors).items()
    assert path[:3] == ("connectors", "github", "config")
    assert message == "is a secret: name it under `secrets` instead"


def test_a_reference_to_a_secret_is_none() -> None:
    config = {"clientID": "0123", "clientSecret": "$argocd-sso:client-secret"}
    assert argo_cd(host=HOST, connectors={"github": {**GITHUB, "config": config}}) == {}


def test_a_secret_among_the_charts_values_is_refused() -> None:
    values = {"configs": {"repositories": {"a": {"url": GIT, "password": "hunter2"}}}}
    assert list(argo_cd(values=values)) == [("values", "configs", "repositories", "a", "password")]


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
    wrong = found(platform={setting: {"values": values}})
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
    assert found(platform={"monitoring": {"values": {"any": values}}}) == {}


def test_somebody_can_log_in() -> None:
    assert list(argo_cd(admin_enabled=False)) == [("admin_enabled",)]
    assert argo_cd(admin_enabled=False, host=HOST, connectors={"github": GITHUB}) == {}


def test_single_sign_on_needs_a_name_to_come_back_to() -> None:
    assert list(argo_cd(connectors={"github": GITHUB})) == [("host",)]


def test_single_sign_on_does_not_send_people_to_a_port_that_nobody_listens_on() -> None:
    settings = {"host": HOST, "connectors": {"github": GITHUB}}
    platform = {"argo_cd": settings}
    assert list(found(platform=platform)) == [("platform", "argo_cd", "connectors")]
    assert found(platform=platform, edge=HTTPS) == {}
    assert found(platform=platform, edge={"load_balancer": "nlb"}) == {}
    assert found(platform={"argo_cd": {"host": HOST}}) == {}


def test_what_is_asked_of_argo_cd_needs_it() -> None:
    settings = {"host": HOST, "root": {"repository": GIT}, "rbac": {"admins": ["platform"]}}
    off = {"argo_cd": {"enabled": False, **settings}}
    teams = {"shop": {**TEAM, "argo_cd_admins": ["shop"], "repositories": [GIT]}}
    message = "has no effect: platform.argo_cd is switched off"
    assert found(platform=off, teams=teams) == {
        **{("platform", "argo_cd", key): message for key in settings},
        ("teams", "shop", "argo_cd_admins"): message,
        ("teams", "shop", "repositories"): message,
    }
    assert found(platform={"argo_cd": {"enabled": False, "version": "10.0.0"}}) == {}


@pytest.mark.parametrize(
    "platform",
    [
        {"argo_cd": {"host": HOST}},
        {"monitoring": {"grafana": {"host": HOST}}},
        {"elasticsearch": {"kibana": {"host": HOST}}},
    ],
)
def test_a_name_needs_a_controller_that_serves_it(platform: dict[str, Any]) -> None:
    [(path, message)] = found(platform=platform | {"ingress": {"enabled": False}}).items()
    assert path[-1] == "host"
    assert message == "needs platform.ingress, which is switched off"


@pytest.mark.parametrize(
    ("names", "served"),
    [
        (["argocd.example.com"], True),
        (["*.example.com"], True),
        (["example.com"], False),
        (["*.platform.example.com"], False),
    ],
)
def test_the_front_door_serves_the_name(names: list[str], *, served: bool) -> None:
    edge = {"hosted_zone": {"id": "Z0123456789", "name": "example.com"}, "domain_names": names}
    wrong = found(edge=edge, platform={"argo_cd": {"host": HOST}})
    assert (("platform", "argo_cd", "host") not in wrong) is served


def test_high_availability_needs_nodes_that_are_there_or_made() -> None:
    platform = {"argo_cd": {"high_availability": True}, "elasticsearch": {"nodes": 1}}
    wanted = {"platform": platform}
    group = {"min_size": 0, "desired_size": 0, "max_size": 2}
    cluster = {"autoscaler": "none", "node_groups": {"work": group}}
    assert list(found(**wanted, cluster=cluster)) == [("platform", "argo_cd", "high_availability")]
    assert found(**wanted) == {}


def test_clusters_have_one_name_each_and_not_that_of_the_own() -> None:
    assert list(argo_cd(clusters={"in-cluster": CLUSTER})) == [("clusters", "in-cluster")]
    twice = argo_cd(clusters={"one": CLUSTER, "two": CLUSTER})
    assert twice == {("clusters", "two", "server"): "is the address of one already"}


def test_storage_classes_have_different_names() -> None:
    path = ("platform", "storage_classes", "shared")
    assert list(found(platform={"storage_classes": {"shared": "gp3"}})) == [path]


def test_what_argo_cd_is_to_deploy_needs_argo_cd() -> None:
    teams = {"shop": {**TEAM, "applications": {"repository": GIT}}}
    wrong = found(teams=teams, platform={"argo_cd": {"enabled": False}})
    assert list(wrong) == [("teams", "shop", "applications")]


@pytest.mark.parametrize(("key", "value"), [("namespace", "other"), ("cluster", "other")])
def test_applications_go_to_a_place_that_there_is(key: str, value: str) -> None:
    teams = {"shop": {**TEAM, "applications": {"repository": GIT, key: value}}}
    assert list(found(teams=teams)) == [("teams", "shop", "applications", key)]


@pytest.mark.parametrize("name", ["platform", "default"])
def test_a_team_is_not_called_like_a_project_of_argo_cds(name: str) -> None:
    assert list(found(teams={name: TEAM})) == [("teams", name)]


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("kube-system", "belongs to Kubernetes"),
        ("kube-tools", "belongs to Kubernetes"),
        ("default", "belongs to Kubernetes"),
        ("argocd", "belongs to add-on argo-cd"),
        ("cert-manager", "belongs to add-on cert-manager"),
    ],
)
def test_a_teams_namespace_belongs_to_nobody_else(name: str, owner: str) -> None:
    wrong = found(teams={"shop": {"namespaces": {name: {}}}})
    assert wrong == {("teams", "shop", "namespaces", name): owner}


def test_two_teams_share_no_namespace() -> None:
    wrong = found(teams={"shop": TEAM, "bank": TEAM})
    assert wrong == {("teams", "bank", "namespaces", "shop"): "belongs to team shop"}


@pytest.mark.parametrize(
    ("defaults", "key"),
    [
        ({"memory_request": "1Gi"}, "memory_request"),
        ({"max_memory": "200Mi"}, "memory_limit"),
        ({"cpu_request": "2", "max_cpu": "1500m"}, "cpu_request"),
    ],
)
def test_defaults_stay_within_their_limits(defaults: dict[str, str], key: str) -> None:
    teams = {"shop": {"namespaces": {"shop": {"container_defaults": defaults}}}}
    path = ("teams", "shop", "namespaces", "shop", "container_defaults", key)
    assert list(found(teams=teams)) == [path]


@pytest.mark.parametrize(
    ("less", "more"),
    [("100m", "1"), ("999M", "1Gi"), ("1G", "1Gi"), ("1023Mi", "1Gi"), ("0.5", "600m")],
)
def test_quantities_are_ordered_as_kubernetes_orders_them(less: str, more: str) -> None:
    assert quantity(less) < quantity(more)


@pytest.mark.parametrize("file", ["docs/gitops.md", "examples/sample-app/README.md"])
def test_the_settings_in_the_docs_are_right(file: str) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", (ROOT / file).read_text(), re.DOTALL)
    assert found(**yaml.safe_load(example)) == {}
