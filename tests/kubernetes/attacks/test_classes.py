"""A member of a team publishes on a load balancer that is not for it (L3).

The API has the CRDs and the policies, and no platform.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from config.addons.ingress import WITH_GATEWAY, Controller
from config.environment import Environment
from modules.namespaces.admission.hosts.policies import host_policies
from modules.namespaces.admission.policy import ENFORCE
from support.bare_api import crd, made
from support.environments import environment
from support.host_names import Object, admits, host_object, refusal_of
from tools.kubernetes import Client, KubernetesError

pytestmark = pytest.mark.kubernetes

BOTH, INSIDE = "shop", "finance"
"""A team that may use both load balancers, and one that may use the internal one."""

CRDS = {
    "nginx": [("k8s.nginx.org", "v1", "VirtualServer")],
    "traefik": [
        ("traefik.io", "v1alpha1", "IngressRoute"),
        ("gateway.networking.k8s.io", "v1", "HTTPRoute"),
    ],
}
ANNOTATION = "kubernetes.io/ingress.class"


def _settings(controller: Controller) -> Environment:
    zone = {"id": "Z1", "name": "example.com"}
    names = ["corp.example.com", "*.corp.example.com", "wiki.example.com"]
    internal = {"enabled": True, "hosted_zone": zone, "domain_names": names}
    return environment(
        edge={"hosted_zone": zone, "domain_names": ["*.example.com"], "internal": internal},
        platform={
            "ingress": {
                "controller": controller,
                "gateway_api": {"enabled": controller in WITH_GATEWAY},
            }
        },
        teams={
            BOTH: {"namespaces": {BOTH: {}}, "hosts": ["*"]},
            INSIDE: {"namespaces": {INSIDE: {}}, "hosts": ["*"], "load_balancers": ["internal"]},
        },
    )


def _in(namespace: str, manifest: Object) -> Object:
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}


def _ingress(host: str, class_: str, team: str = BOTH, **annotations: str) -> Object:
    service = {"name": "web", "port": {"number": 80}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": {"service": service}}]
    spec: dict[str, Any] = {"rules": [{"host": host, "http": {"paths": paths}}]}
    if class_:
        spec["ingressClassName"] = class_
    return _in(team, host_object("networking.k8s.io/v1", "Ingress", spec, annotations))


def _virtual_server(host: str, class_: str = "", team: str = BOTH) -> Object:
    spec = {"host": host} | ({"ingressClassName": class_} if class_ else {})
    return _in(team, host_object("k8s.nginx.org/v1", "VirtualServer", spec))


def _route(host: str, class_: str = "", team: str = BOTH) -> Object:
    spec = {"routes": [{"match": f"Host(`{host}`)"}]}
    annotations = {ANNOTATION: class_} if class_ else {}
    return _in(team, host_object("traefik.io/v1alpha1", "IngressRoute", spec, annotations))


def _http_route(host: str, team: str = BOTH, gateway: str = "front-door") -> Object:
    parents = [{"name": gateway, "namespace": "ingress"}]
    spec: dict[str, Any] = {"parentRefs": parents, "hostnames": [host]}
    return _in(team, host_object("gateway.networking.k8s.io/v1", "HTTPRoute", spec))


ADMITTED: dict[str, list[Object]] = {
    "nginx": [
        _ingress("shop.example.com", "nginx"),
        _ingress("shop.corp.example.com", "nginx-internal"),
        _ingress("shop.corp.example.com", "nginx-internal", INSIDE),
        # The class of a controller that is the user's own.
        _ingress("shop.corp.example.com", "own", INSIDE),
        _virtual_server("shop.example.com", "nginx"),
        _virtual_server("shop.corp.example.com", "nginx-internal", INSIDE),
    ],
    "traefik": [
        _ingress("shop.example.com", "traefik"),
        _route("shop.example.com"),
        _route("shop.corp.example.com", "traefik-internal", INSIDE),
        _http_route("shop.example.com"),
        # A Gateway that is the user's own.
        _http_route("shop.corp.example.com", INSIDE, "own"),
    ],
}

REFUSED: dict[str, list[tuple[Object, str]]] = {
    "nginx": [
        (_ingress("shop.corp.example.com", "nginx"), "host shop.corp.example.com is one of"),
        (_ingress("shop.corp.example.com", "nginx", INSIDE), "may not use ingress class"),
        # A name of the internal one that a wildcard of the public one includes.
        (_ingress("wiki.example.com", "nginx"), "host wiki.example.com is one of the internal"),
        (_ingress("shop.example.com", "nginx", INSIDE), "may not use ingress class nginx "),
        (
            _ingress("shop.example.com", "", INSIDE, **{ANNOTATION: "nginx"}),
            "may not use ingress class nginx ",
        ),
        (_virtual_server("shop.corp.example.com", "nginx"), "host shop.corp.example.com is one"),
        (_virtual_server("shop.example.com"), "spec.ingressClassName is missing"),
    ],
    "traefik": [
        (_route("shop.corp.example.com"), "host shop.corp.example.com is one of the internal"),
        (_route("shop.example.com", team=INSIDE), "may not use ingress class traefik "),
        (_ingress("shop.example.com", "traefik", INSIDE), "may not use ingress class traefik "),
        (_http_route("shop.corp.example.com"), "host shop.corp.example.com is one of the internal"),
        (
            _http_route("shop.example.com", INSIDE),
            "may not use the Gateway of class traefik ",
        ),
    ],
}


@pytest.fixture(scope="module", params=sorted(CRDS))
def served(client: Client, request: pytest.FixtureRequest) -> Iterator[tuple[str, Client]]:
    """An API with the policies of a controller, and the namespaces of the teams."""
    controller: Controller = request.param
    settings = _settings(controller)
    with ExitStack() as objects:
        for group, version, kind in CRDS[controller]:
            objects.enter_context(made(client, crd(group, version, kind)))
        for team in (BOTH, INSIDE):
            metadata = {"name": team, "labels": {"team": team}}
            namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
            objects.enter_context(made(client, namespace))
        for policy in host_policies(settings):
            for manifest in (policy.manifest, policy.binding([BOTH, INSIDE], ENFORCE)):
                objects.enter_context(made(client, manifest))
        client.wait_until(lambda: _ready(client, controller), 60, lambda: "no policy yet")
        yield controller, client


def _ready(client: Client, controller: Controller) -> bool:
    try:
        for group, version, kind in CRDS[controller]:
            client.type_of(f"{group}/{version}", kind)
    except KubernetesError:
        return False
    return not any(admits(client, manifest) for manifest, _ in REFUSED[controller])


def test_a_load_balancer_that_is_for_the_team_serves_it(served: tuple[str, Client]) -> None:
    controller, client = served
    assert [each for each in ADMITTED[controller] if not admits(client, each)] == []


def test_no_other_load_balancer_and_no_internal_host_on_the_public_one(
    served: tuple[str, Client],
) -> None:
    controller, client = served
    for manifest, message in REFUSED[controller]:
        assert message in refusal_of(client, manifest)
