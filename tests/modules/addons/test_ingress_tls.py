"""TLS between the front door and the ingress controller, its certificate, and forwarded headers."""

from typing import Any

import pytest

from config.addons.ingress import Controller
from config.derived.ip_plan import plan
from modules.addons.catalog import rendered
from support.environments import environment, problems
from support.ingress import CONTROLLERS, RELEASES, WITH_NAMES, values
from support.platform import with_controller


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_tls_1_3_is_the_default_minimum(controller: Controller) -> None:
    def protocols(oldest: str) -> str:
        platform = {"ingress": {"controller": controller, "minimum_tls_version": oldest}}
        found = values(environment(platform=platform))
        match controller:
            case "nginx":
                return found["config"]["entries"]["ssl-protocols"]
            case "ingress-nginx":
                return found["config"]["ssl-protocols"]
            case "traefik":
                return found["tlsOptions"]["default"]["minVersion"]
            case _:
                return found["config"]["global-config-snippet"].split()[-1]

    newest = {"traefik": "VersionTLS13"}.get(controller, "TLSv1.3")
    assert protocols("1.3") == newest
    assert protocols("1.2") != newest


@pytest.mark.parametrize("controller", CONTROLLERS)
@pytest.mark.parametrize("balancer", ["alb", "nlb"])
def test_forwarded_headers_are_trusted_only_behind_an_alb(
    controller: Controller, balancer: str
) -> None:
    settings = with_controller(controller, load_balancer=balancer)
    found = values(settings)
    trusted = {
        "nginx": lambda: found["config"]["entries"].get("set-real-ip-from"),
        "ingress-nginx": lambda: found["config"].get("proxy-real-ip-cidr"),
        "haproxy": lambda: found["config"].get("src-ip-header"),
        "traefik": lambda: (
            found["ports"].get("websecure", {}).get("forwardedHeaders", {}).get("trustedIPs")
        ),
    }[controller]()
    if balancer == "nlb":
        assert trusted is None
    elif controller != "haproxy":
        blocks = trusted if isinstance(trusted, list) else trusted.split(",")
        subnets = plan(settings.network).subnets
        within = [subnet for subnet in subnets if str(subnet.cidr) in blocks]
        assert len(within) == len(blocks)
        # No pod and no node has an address there.
        assert {subnet.tier for subnet in within} == {"public"}


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_hosts_without_a_certificate_use_the_default_one(controller: Controller) -> None:
    settings = with_controller(controller)
    made = rendered(settings)
    certificate, *_ = made[f"{RELEASES[controller]}-prerequisites"].manifests
    secret = certificate["spec"]["secretName"]
    assert certificate["spec"]["issuerRef"]["name"] == "internal-ca"
    assert f"{RELEASES[controller]}-prerequisites" in made[RELEASES[controller]].requires
    found = values(settings)
    named = {
        "nginx": lambda: found["defaultTLS"]["secret"],
        "ingress-nginx": lambda: found["extraArgs"]["default-ssl-certificate"],
        "haproxy": lambda: found["defaultTLSSecret"]["secret"],
        "traefik": lambda: found["tlsStore"]["default"]["defaultCertificate"]["secretName"],
    }[controller]()
    assert named in (secret, f"ingress/{secret}")


def test_the_default_certificate_has_the_front_doors_names() -> None:
    platform = {"ingress": {"certificate_issuer": "letsencrypt-production"}}
    settings = environment(platform=platform, edge=WITH_NAMES)
    [certificate] = rendered(settings)["nginx-ingress-prerequisites"].manifests
    assert certificate["spec"]["dnsNames"] == WITH_NAMES["domain_names"]
    assert certificate["spec"]["issuerRef"]["name"] == "letsencrypt-production"
    assert not problems(settings)


def test_a_public_issuer_without_domain_names_is_refused() -> None:
    platform = {"ingress": {"certificate_issuer": "letsencrypt-production"}}
    [problem] = problems(environment(platform=platform))
    assert problem.path == ("platform", "ingress", "certificate_issuer")


@pytest.mark.parametrize("controller", ["nginx", "haproxy", "ingress-nginx"])
def test_there_is_no_redirect_to_https_without_an_https_listener(controller: Controller) -> None:
    """Ingresses with TLS work before the front door has a certificate; Traefik never redirects."""

    def redirects(**edge: Any) -> str:
        config = values(with_controller(controller, **edge))["config"]
        return config.get("entries", config).get("ssl-redirect", "unset")

    assert redirects().lower() == "false"
    for edge in (WITH_NAMES, {"load_balancer": "nlb"}, {"enabled": False}):
        assert redirects(**edge) == "unset"
