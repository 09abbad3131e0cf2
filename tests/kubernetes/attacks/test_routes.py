"""A member of a team takes host names of others with kinds whose CRDs the examples do not install.

The API has their CRDs and the policies, and no platform.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from config.environment import Environment
from modules.namespaces.admission.hosts.policies import host_policies
from modules.namespaces.admission.policy import ENFORCE
from support.bare_api import crd, made
from support.environments import environment
from support.host_names import (
    NAMESPACE,
    REDIRECT,
    Object,
    admits,
    dry_run,
    host_object,
    ingress,
    refusal_of,
)
from tools.kubernetes import Client, KubernetesError

pytestmark = pytest.mark.kubernetes

TEAM = NAMESPACE


ROUTED: Environment = environment(
    edge={"hosted_zone": {"id": "Z1", "name": "example.com"}, "domain_names": ["example.com"]},
    platform={
        "ingress": {"controller": "traefik"},
        "istio": {"enabled": True},
        "external_dns": {"enabled": True, "sources": ["crd"]},
    },
    teams={
        TEAM: {
            "namespaces": {NAMESPACE: {}},
            "hosts": ["shop.example.com", "*.shop.example.com", "www.example.com"],
        }
    },
)
"""With kinds whose CRDs the examples above do not install."""

CRDS = (
    ("traefik.io", "v1alpha1", "IngressRoute"),
    ("traefik.io", "v1alpha1", "IngressRouteTCP"),
    ("externaldns.k8s.io", "v1alpha1", "DNSEndpoint"),
    ("networking.istio.io", "v1", "VirtualService"),
    ("networking.istio.io", "v1", "Gateway"),
    ("gateway.networking.k8s.io", "v1", "HTTPRoute"),
    ("gateway.networking.k8s.io", "v1", "Gateway"),
)


def _route(*rules: str, kind: str = "IngressRoute") -> Object:
    spec = {"routes": [{"match": rule, "services": []} for rule in rules]}
    return host_object("traefik.io/v1alpha1", kind, spec)


def _endpoint(name: str) -> Object:
    record = {"dnsName": name, "recordType": "A", "targets": ["198.51.100.7"]}
    return host_object("externaldns.k8s.io/v1alpha1", "DNSEndpoint", {"endpoints": [record]})


def _http_route(*hosts: str) -> Object:
    return host_object("gateway.networking.k8s.io/v1", "HTTPRoute", {"hostnames": list(hosts)})


def _gateway(*hosts: str | None) -> Object:
    listeners = [{"name": "web", **({"hostname": host} if host else {})} for host in hosts]
    return host_object("gateway.networking.k8s.io/v1", "Gateway", {"listeners": listeners})


def _virtual_service(host: str, gateway: str = "istio-ingress/default") -> Object:
    route = [{"destination": {"host": "web"}}]
    spec = {"hosts": [host], "gateways": [gateway], "http": [{"route": route}]}
    return host_object("networking.istio.io/v1", "VirtualService", spec)


def _istio_gateway(host: str) -> Object:
    port = {"number": 80, "name": "http", "protocol": "HTTP"}
    spec = {"selector": {"istio": "ingress"}, "servers": [{"port": port, "hosts": [host]}]}
    return host_object("networking.istio.io/v1", "Gateway", spec)


ROUTES = {
    "a redirect of ingress-nginx": (
        ingress("a.shop.example.com", tls="a.shop.example.com", **REDIRECT),
        ingress("www.example.com", tls="www.example.com", **REDIRECT),
        "host example.com is not one of",
    ),
    "a host at the gateway of the mesh": (
        _virtual_service("shop.example.com"),
        _virtual_service("example.com"),
        "host example.com is not one of",
    ),
    "all hosts at the gateway of the mesh": (
        _virtual_service("web", gateway="mesh"),
        _virtual_service("*"),
        "host * is not one of",
    ),
    "a gateway of Istio for all hosts": (
        _istio_gateway("./shop.example.com"),
        _istio_gateway("*/*"),
        "host * is not one of",
    ),
    "a route of Traefik": (
        _route("Host(`shop.example.com`) && PathPrefix(`/`)"),
        _route("Host(`shop.example.com`)", "Host(`example.com`)"),
        "host example.com is not one of",
    ),
    "one of several hosts": (
        _route("Host(`a.shop.example.com`)"),
        _route("Host(`a.shop.example.com`) || Host(`example.com`)"),
        "must name one host",
    ),
    "a route without a host": (
        _route("Host(`a.shop.example.com`)"),
        _route("PathPrefix(`/`)"),
        "must name one host",
    ),
    "a route of TCP": (
        _route("HostSNI(`a.shop.example.com`)", kind="IngressRouteTCP"),
        _route("HostSNI(`*`)", kind="IngressRouteTCP"),
        "host * is not one of",
    ),
    "a record": (_endpoint("a.shop.example.com"), _endpoint("mail.example.com"), "host mail."),
    "a route of the Gateway API": (
        _http_route("a.shop.example.com"),
        _http_route("example.com"),
        "host example.com",
    ),
    "one without a host": (_http_route("a.shop.example.com"), _http_route(), "for every host"),
    "a gateway for every host": (_gateway("shop.example.com"), _gateway(None), "for every host"),
}


@pytest.fixture(scope="module")
def routed(client: Client) -> Iterator[Client]:
    """An API with the CRDs, the policies and the team's namespace, and no platform."""
    labels = {"team": TEAM}
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": labels},
    }
    with ExitStack() as objects:
        for group, version, kind in CRDS:
            objects.enter_context(made(client, crd(group, version, kind)))
        objects.enter_context(made(client, namespace))
        for policy in host_policies(ROUTED):
            for manifest in (policy.manifest, policy.binding([NAMESPACE], ENFORCE)):
                objects.enter_context(made(client, manifest))
        probe = ROUTES["a gateway for every host"][1]
        client.wait_until(
            lambda: _served(client) and not admits(client, probe), 60, lambda: "no policy yet"
        )
        yield client


def _served(client: Client) -> bool:
    try:
        for group, version, kind in CRDS:
            client.type_of(f"{group}/{version}", kind)
    except KubernetesError:
        return False
    return all(admits(client, own) for own, _, _ in ROUTES.values())


@pytest.mark.parametrize("each", ROUTES)
def test_routes_and_records_have_names_of_the_team(routed: Client, each: str) -> None:
    own, attack, message = ROUTES[each]
    dry_run(routed, own)
    assert message in refusal_of(routed, attack)
