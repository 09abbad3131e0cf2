"""Settings of Argo CD that would not work, refused before any of it."""

from typing import Any

import pytest

from config.problem import Path
from support.environments import refused
from support.platform_stack import GIT

GITHUB: dict[str, Any] = {"type": "github", "name": "GitHub"}
HOST = "argocd.example.com"
CLUSTER = {
    "server": "https://one.example.com",
    "cluster_name": "one",
    "certificate_authority": "QUJD" * 20,
    "role_arn": "arn:aws:iam::123456789012:role/argocd",
}


HTTPS: dict[str, Any] = {"certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0123"}


def argo_cd(**settings: Any) -> dict[Path, str]:
    """What is wrong with settings of Argo CD, by where it stands below them."""
    wrong = refused(platform={"argo_cd": settings}, edge=HTTPS)
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


def test_users_can_log_in() -> None:
    assert list(argo_cd(admin_enabled=False)) == [("admin_enabled",)]
    assert argo_cd(admin_enabled=False, host=HOST, connectors={"github": GITHUB}) == {}


def test_single_sign_on_needs_a_host_name_to_redirect_to() -> None:
    assert list(argo_cd(connectors={"github": GITHUB})) == [("host",)]


def test_single_sign_on_does_not_redirect_to_a_port_without_a_listener() -> None:
    settings = {"host": HOST, "connectors": {"github": GITHUB}}
    platform = {"argo_cd": settings}
    assert list(refused(platform=platform)) == [("platform", "argo_cd", "host")]
    assert refused(platform=platform, edge=HTTPS) == {}
    assert refused(platform=platform, edge={"load_balancer": "nlb"}) == {}


@pytest.mark.parametrize(
    "platform",
    [
        {"argo_cd": {"host": HOST}},
        {"monitoring": {"grafana": {"host": HOST}}},
        {"elasticsearch": {"kibana": {"host": HOST}}},
    ],
)
def test_a_host_name_needs_an_ingress_controller(platform: dict[str, Any]) -> None:
    [(path, message)] = refused(platform=platform | {"ingress": {"enabled": False}}).items()
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
    wrong = refused(edge=edge, platform={"argo_cd": {"host": HOST}})
    assert (("platform", "argo_cd", "host") not in wrong) is served


def test_high_availability_needs_existing_or_provisioned_nodes() -> None:
    platform = {"argo_cd": {"high_availability": True}, "elasticsearch": {"nodes": 1}}
    wanted = {"platform": platform}
    group = {"min_size": 0, "desired_size": 0, "max_size": 2}
    cluster = {"autoscaler": "none", "node_groups": {"work": group}}
    assert list(refused(**wanted, cluster=cluster)) == [
        ("platform", "argo_cd", "high_availability")
    ]
    assert refused(**wanted) == {}


def test_cluster_names_are_unique_and_not_in_cluster() -> None:
    assert list(argo_cd(clusters={"in-cluster": CLUSTER})) == [("clusters", "in-cluster")]
    twice = argo_cd(clusters={"one": CLUSTER, "two": CLUSTER})
    assert twice == {("clusters", "two", "server"): "is the address of one already"}
