"""The ingress controllers of two load balancers (L3): no host of one is served by the other."""

from typing import Any

import pytest

from config.addons.ingress import Controller
from config.environment import Environment
from modules.addons.catalog import rendered
from modules.addons.monitoring.alerts import component_files
from modules.helm.contract import Addon
from support.edge import WITH_DOMAIN
from support.environments import environment, problems
from support.ingress import CONTROLLERS, RELEASES

PRIVATE = "corp.example.net"
ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
INTERNAL: dict[str, Any] = {
    "enabled": True,
    "hosted_zone": {"name": PRIVATE},
    "domain_names": [PRIVATE, f"*.{PRIVATE}"],
    "certificate_arn": ARN,
}
NO_ACME = {"lets_encrypt": {"enabled": False}}


def platform(
    controller: Controller, *, public: bool = True, internal: bool = True, **platform: Any
) -> Environment:
    """An environment with this controller and these load balancers."""
    edge: dict[str, Any] = {**WITH_DOMAIN, "enabled": public} if public else {"enabled": False}
    if internal:
        edge["internal"] = INTERNAL
    ingress = {"controller": controller, **platform.pop("ingress", {})}
    settings = {"cert_manager": NO_ACME, "ingress": ingress, **platform}
    return environment(edge=edge, platform=settings)


def classes(controller: Controller, values: dict[str, Any]) -> set[str]:
    """Every place where the chart has the class: that of the object, and those that pods read."""
    match controller:
        case "nginx":
            return {values["controller"]["ingressClass"]["name"]}
        case "traefik":
            read = values["providers"]["kubernetesIngress"].get("ingressClass", "every class")
            return {values["ingressClass"]["name"], read}
        case _:
            inner = values["controller"]
            return {inner["ingressClass"], inner["ingressClassResource"]["name"]}


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_each_release_serves_its_own_class_alone(controller: Controller) -> None:
    settings = platform(controller)
    assert not problems(settings)
    made, name = rendered(settings), RELEASES[controller]
    own = settings.platform.ingress.class_name
    assert classes(controller, made[name].values) == {own}
    assert classes(controller, made[f"{name}-internal"].values) == {f"{own}-internal"}


def test_ingress_nginx_takes_classes_by_their_controller() -> None:
    made = rendered(platform("ingress-nginx"))
    inner = made["ingress-nginx-internal"].values["controller"]
    assert inner["ingressClassResource"]["controllerValue"] == "k8s.io/nginx-internal"
    first = made["ingress-nginx"].values["controller"]["ingressClassResource"]
    assert "controllerValue" not in first


def test_a_traefik_ignores_the_default_tls_of_the_other() -> None:
    """Of two objects named `default` Traefik would use neither."""
    made = rendered(platform("traefik"))
    for name, other in (
        ("traefik", "traefik-internal-ingress-internal"),
        ("traefik-internal", "traefik-ingress"),
    ):
        crds = made[name].values["providers"]["kubernetesCRD"]
        assert crds["labelSelector"] == f"app.kubernetes.io/instance!={other}"
    inside = made["traefik-internal"].values["providers"]["kubernetesCRD"]
    assert inside["ingressClass"] == "traefik-internal"


def test_a_traefik_alone_serves_as_before() -> None:
    providers = rendered(platform("traefik", internal=False))["traefik"].values["providers"]
    assert "kubernetesCRD" not in providers
    assert "ingressClass" not in providers["kubernetesIngress"]
    inside = rendered(platform("traefik", public=False))["traefik-internal"].values["providers"]
    assert inside["kubernetesCRD"] == {"ingressClass": "traefik-internal"}


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_pods_of_each_release_join_the_target_groups_of_its_load_balancer(
    controller: Controller,
) -> None:
    made, name = rendered(platform(controller)), RELEASES[controller]
    for release, namespace, suffix in (
        (name, "ingress", ""),
        (f"{name}-internal", "ingress-internal", "-internal"),
    ):
        bindings = made[f"{release}-resources"].manifests
        assert [each["metadata"]["name"] for each in bindings] == ["http", "https"]
        for each in bindings:
            assert each["metadata"]["namespace"] == namespace
            assert each["spec"]["serviceRef"]["name"].startswith(release)
            group = f"example-{each['metadata']['name']}{suffix}"
            assert each["spec"]["targetGroupARN"].split("/")[-2] == group


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_each_release_has_a_certificate_for_its_own_names(controller: Controller) -> None:
    made, name = rendered(platform(controller)), RELEASES[controller]
    for release, names in (
        (name, WITH_DOMAIN["domain_names"]),
        (f"{name}-internal", INTERNAL["domain_names"]),
    ):
        certificate = made[f"{release}-prerequisites"].manifests[0]
        assert certificate["spec"]["dnsNames"] == names
        assert certificate["metadata"]["namespace"] == made[release].namespace


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_the_status_of_an_ingress_shows_its_own_load_balancer(controller: Controller) -> None:
    made, name = rendered(platform(controller)), RELEASES[controller]
    addresses = {
        release: str(made[release].values) + str(made[f"{release}-prerequisites"].manifests)
        for release in (name, f"{name}-internal")
    }
    assert "internal-example-edge-internal" in addresses[f"{name}-internal"]
    assert "internal-example-edge-internal" not in addresses[name]


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_the_public_class_is_the_default_unless_the_internal_one_is_alone(
    controller: Controller,
) -> None:
    def default(settings: Environment, release: str) -> bool:
        values = rendered(settings)[release].values
        found = str(values.get("ingressClass") or values["controller"])
        keys = ("'setAsDefaultIngress': True", "'isDefaultClass': True", "'default': True")
        return any(key in found for key in keys)

    name = RELEASES[controller]
    two, one = platform(controller), platform(controller, public=False)
    assert default(two, name)
    assert not default(two, f"{name}-internal")
    assert default(one, f"{name}-internal")


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_without_a_public_load_balancer_there_is_one_controller(controller: Controller) -> None:
    settings = platform(controller, public=False)
    assert not problems(settings)
    made, name = rendered(settings), RELEASES[controller]
    assert name not in made
    assert f"{name}-internal" in made


def test_hosts_of_the_platform_are_served_by_the_load_balancer_that_they_choose() -> None:
    settings = platform(
        "nginx",
        argo_cd={"host": f"argocd.{PRIVATE}", "load_balancer": "internal"},
        monitoring={"grafana": {"host": "platform.example.com"}},
    )
    assert not problems(settings)
    made = rendered(settings)
    assert made["argo-cd"].values["server"]["ingress"]["ingressClassName"] == "nginx-internal"
    grafana = made["kube-prometheus-stack"].values["grafana"]
    assert grafana["ingress"]["ingressClassName"] == "nginx"


def test_alone_the_internal_one_serves_the_platforms_hosts() -> None:
    settings = platform("nginx", public=False, argo_cd={"host": f"argocd.{PRIVATE}"})
    assert not problems(settings)
    ingress = rendered(settings)["argo-cd"].values["server"]["ingress"]
    assert ingress["ingressClassName"] == "nginx-internal"
    assert ingress["tls"] is True


def test_external_dns_has_a_release_for_each_class_and_zone() -> None:
    settings = platform("nginx", external_dns={"enabled": True})
    assert not problems(settings)
    made = rendered(settings)
    first, second = (made[name].values for name in ("external-dns", "external-dns-internal"))
    assert "--ingress-class=nginx" in first["extraArgs"]
    assert "--ingress-class=nginx-internal" in second["extraArgs"]
    assert "--aws-zone-type=private" in second["extraArgs"]
    assert first["txtOwnerId"] != second["txtOwnerId"]
    assert second["domainFilters"] == [PRIVATE]
    assert second["sources"] == ["ingress"]
    plain = rendered(platform("nginx", internal=False, external_dns={"enabled": True}))
    assert not any("ingress-class" in each for each in plain["external-dns"].values["extraArgs"])


def test_alerts_and_dashboards_are_those_of_the_controller_once() -> None:
    def files(**doors: bool) -> list[str]:
        releases = rendered(platform("nginx", **doors)).values()
        addons: dict[str, Addon] = {each.addon.name: each.addon for each in releases}
        return [str(each) for each in component_files(addons.values())]

    assert sorted(files()) == sorted(files(public=False)) == sorted(files(internal=False))
