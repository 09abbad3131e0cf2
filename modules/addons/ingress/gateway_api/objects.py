"""The GatewayClass and the Gateway of the platform, and what belongs to them (L7)."""

from collections.abc import Iterator
from typing import Any, Final

from config.addons.ingress import Controller
from config.derived.front_doors import FrontDoor
from config.derived.hosts import platform_hosts
from config.environment import Environment
from modules.addons.ingress.controller import CERTIFICATE, load_balancer_host_name
from modules.helm.contract import Context, Manifest
from modules.helm.gateway import (
    GATEWAY,
    GATEWAY_API,
    WEB,
    WEBSECURE,
    gateway_namespace,
    has_gateway,
    parent,
    redirects_to_https,
    routes_only,
)
from modules.helm.logs import NAMESPACE as LOGGING
from modules.helm.manifests import manifest
from modules.helm.metrics import monitoring_namespace
from modules.helm.network_peers import NAME_LABEL
from modules.helm.platform_namespaces import ARGO_CD_NAMESPACE, ISTIO_GATEWAY_NAMESPACE
from modules.helm.record_annotations import ANNOTATION_PREFIX

CONTROLLERS: Final[dict[Controller, str]] = {
    "traefik": "traefik.io/gateway-controller",
    "envoy-gateway": "gateway.envoyproxy.io/gatewayclass-controller",
}
"""What a GatewayClass names."""

PORTS: Final[dict[Controller, tuple[int, int]]] = {
    # Ports of its entry points.
    "traefik": (8000, 8443),
    # Ports of the Service that it makes.
    "envoy-gateway": (80, 443),
}
"""Ports of the listeners for HTTP and HTTPS."""

Listener = dict[str, Any]

SAME: Final = {"from": "Same"}
"""Routes of the Gateway's own namespace only."""


def gateway_objects(context: Context, door: FrontDoor) -> tuple[Manifest, ...]:
    """All of them; none in a release behind a load balancer without the Gateway."""
    return tuple(_objects(context, door)) if has_gateway(door) else ()


def _objects(context: Context, door: FrontDoor) -> Iterator[Manifest]:
    environment = context.environment
    spec = {"controllerName": CONTROLLERS[environment.platform.ingress.controller]}
    yield manifest(GATEWAY_API, "GatewayClass", door.class_name, spec)
    yield _gateway(context, door)
    if redirects_to_https(environment):
        yield _redirect(context)


def _gateway(context: Context, door: FrontDoor) -> Manifest:
    listeners = list(_listeners(context.environment))
    spec = {"gatewayClassName": door.class_name, "listeners": listeners}
    made = manifest(GATEWAY_API, "Gateway", GATEWAY, spec, namespace=context.namespace)
    annotations = dict(_annotations(context, door))
    if annotations:
        made["metadata"]["annotations"] = annotations
    return made


def _annotations(context: Context, door: FrontDoor) -> Iterator[tuple[str, str]]:
    """The issuer of listeners with a host, and the target of records.

    Source: https://cert-manager.io/docs/usage/gateway/ and
    https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/
    """
    environment = context.environment
    settings = environment.platform.ingress
    if settings.gateway_api.hosts:
        yield "cert-manager.io/cluster-issuer", settings.certificate_issuer
    host = load_balancer_host_name(context, door)
    if host and environment.platform.external_dns.enabled:
        yield f"{ANNOTATION_PREFIX}target", host["hostname"]


def _listeners(environment: Environment) -> Iterator[Listener]:
    """One for HTTP and one for HTTPS, and one for each host with a certificate of its own.

    Where the front door serves HTTPS, the listener for HTTP has the redirect only. Where
    cert-manager proves names with routes, which it makes beside the certificates, it accepts those
    of teams too; an Application Load Balancer sends it nothing but challenges.
    """
    http, https = PORTS[environment.platform.ingress.controller]
    routes = _allowed_namespaces(environment, platform=True)
    if not redirects_to_https(environment):
        yield _listener(WEB, "HTTP", http, routes)
        return
    challenges = _allowed_namespaces(environment, platform=False)
    on_http = challenges if _proves_with_routes(environment) else SAME
    yield _listener(WEB, "HTTP", http, on_http)
    yield _listener(WEBSECURE, "HTTPS", https, routes) | _certificate(CERTIFICATE)
    for host in environment.platform.ingress.gateway_api.hosts:
        name = listener_name(host)
        own = _listener(name, "HTTPS", https, routes) | _certificate(f"{name}-tls")
        yield {"hostname": host, **own}


def listener_name(host: str) -> str:
    """The name of the listener of a host; a wildcard's is another one than its domain's."""
    return host.replace("*.", "any-").replace(".", "-")


def _listener(name: str, protocol: str, port: int, namespaces: dict[str, Any]) -> Listener:
    return {
        "name": name,
        "protocol": protocol,
        "port": port,
        "allowedRoutes": {"namespaces": namespaces},
    }


def _certificate(secret: str) -> Listener:
    return {"tls": {"mode": "Terminate", "certificateRefs": [{"name": secret}]}}


def _proves_with_routes(environment: Environment) -> bool:
    lets_encrypt = environment.platform.cert_manager.lets_encrypt
    return lets_encrypt.enabled and lets_encrypt.http01 and routes_only(environment)


def _allowed_namespaces(environment: Environment, *, platform: bool) -> dict[str, Any]:
    """The namespaces of teams, those of the settings, and those of the platform's own routes.

    They are named: Kubernetes sets this label itself.

    Args:
        environment: says which there are.
        platform: whether those of the platform's own routes are among them.
    """
    teams = (name for team in environment.teams.values() for name in team.namespaces)
    own = _platform_namespaces(environment) if platform and routes_only(environment) else ()
    further = environment.platform.ingress.gateway_api.namespaces
    names = sorted({gateway_namespace(environment), *teams, *own, *further})
    expression = {"key": NAME_LABEL, "operator": "In", "values": names}
    return {"from": "Selector", "selector": {"matchExpressions": [expression]}}


def _platform_namespaces(environment: Environment) -> Iterator[str]:
    """The namespaces of add-ons with a host of their own."""
    platform = environment.platform
    named = {
        "argo_cd": platform.argo_cd.namespace or ARGO_CD_NAMESPACE,
        "monitoring": monitoring_namespace(environment),
        "elasticsearch": platform.elasticsearch.namespace or LOGGING,
    }
    yield from (named[str(path[1])] for path, _ in platform_hosts(environment))
    if platform.istio_gateway.enabled and platform.istio_gateway.hosts:
        yield platform.istio_gateway.namespace or ISTIO_GATEWAY_NAMESPACE


def _redirect(context: Context) -> Manifest:
    """Redirects every host; a route of cert-manager's for one host and one path goes first."""
    redirect = {"scheme": "https", "statusCode": 301}
    rule = {"filters": [{"type": "RequestRedirect", "requestRedirect": redirect}]}
    spec = {"parentRefs": [parent(context.environment, WEB)], "rules": [rule]}
    name = "redirect-to-https"
    return manifest(GATEWAY_API, "HTTPRoute", name, spec, namespace=context.namespace)
