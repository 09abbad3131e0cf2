"""The Gateway (L7) beside an internal load balancer (L3): it is behind one of the two."""

from typing import Any

import pytest

from config.derived.ip_plan import plan
from config.environment import Environment
from modules.addons.argo_cd.metadata import metadata
from modules.addons.catalog import rendered
from modules.helm.contract import Manifest
from support.edge import WITH_DOMAIN
from support.environments import environment, problems

PRIVATE = "corp.example.net"
INTERNAL: dict[str, Any] = {
    "enabled": True,
    "hosted_zone": {"name": PRIVATE},
    "domain_names": [PRIVATE, f"*.{PRIVATE}"],
    "certificate_arn": (
        "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    ),
}
NO_ACME = {"lets_encrypt": {"enabled": False}}
BOTH = ("envoy-gateway", "traefik")


def settings(controller: str, *, public: bool, **platform: Any) -> Environment:
    """An environment with a Gateway and an internal load balancer, beside a public one or alone."""
    edge: dict[str, Any] = {**WITH_DOMAIN} if public else {"enabled": False}
    ingress = {"controller": controller, "gateway_api": {"enabled": True}}
    return environment(
        edge={**edge, "internal": INTERNAL},
        platform={"cert_manager": NO_ACME, "ingress": ingress, **platform},
    )


def alone(controller: str, **platform: Any) -> Environment:
    """One with the internal load balancer alone."""
    return settings(controller, public=False, **platform)


def objects(of: Environment, kind: str) -> dict[str, list[Manifest]]:
    """The objects of a kind, by the release that has them."""
    return {
        name: found
        for name, release in rendered(of).items()
        if (found := [each for each in release.manifests if each["kind"] == kind])
    }


def test_beside_a_public_load_balancer_the_gateway_is_the_public_ones() -> None:
    both = settings("traefik", public=True)
    assert not problems(both)
    made = rendered(both)
    assert made["traefik"].values["providers"]["kubernetesGateway"]["enabled"] is True
    # A GatewayClass names Traefik and no release: both would serve it.
    assert "kubernetesGateway" not in made["traefik-internal"].values["providers"]
    [(release, [gateway])] = objects(both, "Gateway").items()
    assert release == "traefik-resources"
    assert gateway["metadata"]["namespace"] == "ingress"
    assert gateway["spec"]["gatewayClassName"] == "traefik"


def test_beside_a_gateway_an_add_on_chooses_the_internal_load_balancer() -> None:
    host = {"host": f"argocd.{PRIVATE}", "load_balancer": "internal"}
    both = settings("traefik", public=True, argo_cd=host)
    assert not problems(both)
    ingress = rendered(both)["argo-cd"].values["server"]["ingress"]
    assert ingress["ingressClassName"] == "traefik-internal"


@pytest.mark.parametrize("controller", BOTH)
def test_the_gateway_of_an_internal_load_balancer_alone_is_its_own(controller: str) -> None:
    one = alone(controller)
    assert not problems(one)
    [(release, [gateway])] = objects(one, "Gateway").items()
    assert release == f"{controller}-internal-resources"
    assert gateway["metadata"]["namespace"] == "ingress-internal"
    assert gateway["spec"]["gatewayClassName"] == f"{controller}-internal"
    [class_] = objects(one, "GatewayClass")[release]
    assert class_["metadata"]["name"] == f"{controller}-internal"
    assert controller not in rendered(one)


def test_alone_an_internal_traefik_reads_routes_and_shows_its_load_balancer() -> None:
    provider = rendered(alone("traefik"))["traefik-internal"].values["providers"]
    gateway = provider["kubernetesGateway"]
    assert gateway["enabled"] is True
    assert "internal-example-edge-internal" in gateway["statusAddress"]["hostname"]


def test_alone_internal_proxies_of_envoy_join_its_target_groups_and_trust_it() -> None:
    one = alone("envoy-gateway")
    release = "envoy-gateway-internal-resources"
    bindings = objects(one, "TargetGroupBinding")[release]
    assert {each["spec"]["serviceRef"]["name"] for each in bindings} == {"front-door"}
    groups = {each["spec"]["targetGroupARN"].split("/")[-2] for each in bindings}
    assert groups == {"example-http-internal", "example-https-internal"}
    [clients] = objects(one, "ClientTrafficPolicy")[release]
    trusted = clients["spec"]["clientIPDetection"]["xForwardedFor"]["trustedCIDRs"]
    assert trusted == [str(each.cidr) for each in plan(one.network).tier("private").values()]


def test_alone_hosts_of_the_platform_are_routes_of_the_internal_gateway() -> None:
    one = alone("envoy-gateway", argo_cd={"host": f"argocd.{PRIVATE}"})
    assert not problems(one)
    [route] = objects(one, "HTTPRoute")["argo-cd-resources"]
    [parent] = route["spec"]["parentRefs"]
    assert (parent["name"], parent["namespace"]) == ("front-door", "ingress-internal")
    assert rendered(one)["argo-cd"].values["server"]["ingress"] == {"enabled": False}


@pytest.mark.parametrize("public", [True, False])
def test_records_of_routes_are_made_in_the_zone_of_the_gateways_load_balancer(
    *, public: bool
) -> None:
    of = settings("traefik", public=public, external_dns={"enabled": True})
    assert not problems(of)
    made = rendered(of)
    own, other = ("", "-internal") if public else ("-internal", "")
    values = made[f"external-dns{own}"].values
    assert {"gateway-httproute", "gateway-grpcroute"} <= {*values["sources"]}
    assert f"--gateway-namespace=ingress{own}" in values["extraArgs"]
    assert "--gateway-name=front-door" in values["extraArgs"]
    if f"external-dns{other}" in made:
        assert "gateway" not in str(made[f"external-dns{other}"].values)


def test_no_record_of_an_internal_gateway_is_made_in_a_public_zone() -> None:
    edge = {**WITH_DOMAIN, "enabled": False, "internal": INTERNAL}
    ingress = {"controller": "traefik", "gateway_api": {"enabled": True}}
    platform = {"cert_manager": NO_ACME, "ingress": ingress, "external_dns": {"enabled": True}}
    made = rendered(environment(edge=edge, platform=platform))
    assert "gateway" not in str(made["external-dns"].values)
    assert "gateway-httproute" in made["external-dns-internal"].values["sources"]


@pytest.mark.parametrize(
    ("controller", "public", "expected"),
    [
        (
            "traefik",
            True,
            {
                "ingress_class_name": "traefik",
                "internal_ingress_class_name": "traefik-internal",
                "gateway_namespace": "ingress",
            },
        ),
        (
            "traefik",
            False,
            {
                "ingress_class_name": "traefik-internal",
                "internal_ingress_class_name": "traefik-internal",
                "gateway_namespace": "ingress-internal",
            },
        ),
        ("envoy-gateway", False, {"gateway_namespace": "ingress-internal"}),
    ],
)
def test_facts_for_charts_in_git_name_the_gateway_and_the_classes_there_are(
    controller: str, *, public: bool, expected: dict[str, str]
) -> None:
    found = metadata(settings(controller, public=public), "cluster")["annotations"]
    keys = ("ingress_class_name", "internal_ingress_class_name", "gateway_namespace")
    assert {key: found[key] for key in keys if key in found} == expected
    assert found["gateway_name"] == "front-door"
