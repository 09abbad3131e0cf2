"""Ingresses of add-ons: their order after the controller, their address, their annotations."""

from typing import Any

import pytest

from config.addons.ingress import Controller
from config.environment import Environment
from modules.addons.catalog import rendered
from support.environments import environment
from support.platform import ZONE, with_controller

RELEASES: dict[Controller, str] = {
    "nginx": "nginx-ingress",
    "traefik": "traefik",
    "haproxy": "kubernetes-ingress",
    "ingress-nginx": "ingress-nginx",
}
CONTROLLERS = sorted(RELEASES)
NGINX = RELEASES["nginx"]


def values(settings: Environment) -> dict[str, Any]:
    """The values of the ingress controller's chart; those below `controller` where there is one."""
    found = rendered(settings)[RELEASES[settings.platform.ingress.controller]].values
    return found.get("controller", found)


def served(controller: str) -> Environment:
    """A platform with hosts of its own behind a controller."""
    names = {"argo_cd": "deploy", "grafana": "metrics", "kibana": "logs"}
    hosts = {key: f"{name}.{ZONE['name']}" for key, name in names.items()}
    return environment(
        edge={"hosted_zone": ZONE, "domain_names": [*hosts.values()]},
        platform={
            "ingress": {"controller": controller},
            "argo_cd": {"host": hosts["argo_cd"]},
            "monitoring": {"grafana": {"host": hosts["grafana"]}},
            "elasticsearch": {"kibana": {"host": hosts["kibana"]}},
        },
    )


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_an_ingress_is_made_after_its_controller_is_registered(controller: Controller) -> None:
    releases = rendered(served(controller))
    last = f"{RELEASES[controller]}-resources"
    for name in ("argo-cd", "kube-prometheus-stack", "eck-stack-resources"):
        assert last in releases[name].requires, name
    order = list(releases)
    assert all(
        order.index(needed) < order.index(name)
        for name, release in releases.items()
        for needed in release.requires
    )


def test_a_release_without_an_ingress_does_not_wait_for_the_controller() -> None:
    waiting = {name for name, each in rendered(environment()).items() if NGINX in each.requires}
    assert waiting == {f"{NGINX}-resources"}


@pytest.mark.parametrize(
    "values",
    [
        {"opencost": {"ui": {"ingress": {"enabled": True}}}},
        {"extraObjects": [{"kind": "Ingress"}]},
        {"extraManifests": ["apiVersion: networking.k8s.io/v1\nkind: Ingress\n"]},
    ],
)
def test_an_ingress_in_the_users_values_waits_for_the_controller_too(values: Any) -> None:
    platform = {"opencost": {"enabled": True, "values": values}}
    assert NGINX in rendered(environment(platform=platform))["opencost"].requires


def test_an_ingress_of_what_the_controller_needs_is_made_before_it() -> None:
    values = {"extraObjects": [{"kind": "Ingress"}]}
    releases = rendered(environment(platform={"cert_manager": {"values": values}}))
    assert NGINX not in releases["cert-manager"].requires
    assert "cert-manager" in releases[NGINX].requires


def test_external_dns_finds_the_load_balancer_in_the_status_of_haproxys_ingresses() -> None:
    releases = rendered(with_controller("haproxy"))
    values = releases[RELEASES["haproxy"]].values["controller"]["publishService"]
    assert values == {"enabled": True, "pathOverride": "ingress/front-door"}
    [service] = [
        each
        for each in releases[f"{RELEASES['haproxy']}-prerequisites"].manifests
        if each["kind"] == "Service"
    ]
    assert (service["metadata"]["namespace"], service["metadata"]["name"]) == (
        "ingress",
        "front-door",
    )
    assert service["spec"]["type"] == "ExternalName"
    assert service["spec"]["externalName"].endswith(".elb.amazonaws.com")


def test_haproxy_publishes_no_address_without_a_front_door() -> None:
    found = values(with_controller("haproxy", enabled=False))
    assert found["publishService"]["enabled"] is False


def annotations(controller: str) -> tuple[dict[str, str], dict[str, str]]:
    """Of Grafana's Ingress and of Kibana's."""
    releases = rendered(served(controller))
    grafana = releases["kube-prometheus-stack"].values["grafana"]["ingress"]["annotations"]
    [kibana] = [
        each["metadata"]["annotations"]
        for each in releases["eck-stack-resources"].manifests
        if each["kind"] == "Ingress"
    ]
    return grafana, kibana


def test_f5s_nginx_upgrades_connections_to_grafana_and_kibana() -> None:
    grafana, kibana = annotations("nginx")
    assert grafana["nginx.org/websocket-services"] == "kube-prometheus-stack-grafana"
    assert kibana["nginx.org/websocket-services"] == "kibana-kb-http"


@pytest.mark.parametrize(
    ("controller", "annotation"),
    [
        ("nginx", "nginx.org/client-max-body-size"),
        ("ingress-nginx", "nginx.ingress.kubernetes.io/proxy-body-size"),
    ],
)
def test_dashboards_and_saved_objects_of_more_than_a_megabyte_are_imported(
    controller: str, annotation: str
) -> None:
    assert [each[annotation] for each in annotations(controller)] == ["32m", "32m"]


def test_other_controllers_get_no_annotations_of_nginx() -> None:
    assert all("nginx" not in key for each in annotations("traefik") for key in each)
