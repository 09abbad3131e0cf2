"""Rules of the Gateway API: a controller serves it, and its names and namespaces are of use."""

from collections.abc import Iterator
from typing import Final

from config.addons.ingress import GATEWAY_ONLY, WITH_GATEWAY, IngressSettings
from config.derived.front_doors import gateway_door, internal, public
from config.environment import Environment
from config.problem import Path, Problem
from config.versions import number
from rules.duplicates import repeated
from rules.registration import rule

GATEWAY_API: Final[Path] = ("platform", "ingress", "gateway_api")

OLDEST: Final = (1, 6, 0)
"""Traefik 3.7, Envoy Gateway 1.9 and the AWS Load Balancer Controller 3.5 are built for 1.6, whose
admission policy refuses bundles before 1.5.
https://github.com/kubernetes-sigs/gateway-api/releases/tag/v1.6.0"""


@rule("platform")
def a_controller_serves_the_gateway_api(environment: Environment) -> Iterator[Problem]:
    """Traefik and Envoy Gateway serve the Gateway API; Envoy Gateway serves nothing else."""
    settings = environment.platform.ingress
    path = (*GATEWAY_API, "enabled")
    if settings.gateway_api.enabled and settings.controller not in WITH_GATEWAY:
        yield Problem(
            path,
            f"has no effect with controller: {settings.controller}, which does not serve it",
            value=True,
            allowed=" or ".join(f"controller: {each}" for each in WITH_GATEWAY),
            involved=(("platform", "ingress", "controller"),),
        )
    if settings.enabled and settings.controller in GATEWAY_ONLY and not settings.has_gateway:
        message = f"must be true: {settings.controller} serves the Gateway API only"
        yield Problem(path, message, value=False, allowed="true")


@rule("platform")
def settings_of_the_gateway_api_have_an_effect(environment: Environment) -> Iterator[Problem]:
    """Its other settings need `enabled: true`."""
    settings = environment.platform.ingress.gateway_api
    for key in sorted(settings.model_fields_set - {"enabled"}):
        value = getattr(settings, key)
        if value and not settings.enabled:
            yield Problem((*GATEWAY_API, key), "has no effect without enabled: true", value)


@rule("platform")
def gateway_api_is_recent(environment: Environment) -> Iterator[Problem]:
    """Its version is one that the controllers are built for."""
    version = environment.platform.ingress.gateway_api.version
    if version is not None and number(version)[:3] < OLDEST:
        message = "is older than what the controllers are built for"
        yield Problem((*GATEWAY_API, "version"), message, version, "1.6.0 or newer")


@rule("edge", "platform")
def hosts_of_the_gateway_are_served(environment: Environment) -> Iterator[Problem]:
    """A host with a listener of its own is served over HTTPS, and named once."""
    settings = environment.platform.ingress
    path = (*GATEWAY_API, "hosts")
    yield from repeated(path, settings.gateway_api.hosts)
    shown = settings.has_gateway and settings.gateway_api.hosts
    if shown and not gateway_door(environment).serves_tls:
        message = "has no effect: the front door serves HTTP only, and there is no certificate"
        yield Problem(path, message, settings.gateway_api.hosts)


@rule("edge", "platform")
def the_gateway_is_behind_one_load_balancer(environment: Environment) -> Iterator[Problem]:
    """A controller without Ingresses serves one load balancer, since there is one Gateway."""
    settings, edge = environment.platform.ingress, environment.edge
    two = edge.enabled and edge.internal.enabled
    if settings.enabled and two and settings.controller in GATEWAY_ONLY:
        message = f"needs a controller that reads Ingresses: {settings.controller} has one Gateway"
        yield Problem(
            ("edge", "internal", "enabled"),
            message,
            value=True,
            allowed="false, edge.enabled: false, or another controller",
            involved=(("platform", "ingress", "controller"),),
        )


@rule("edge", "platform")
def hosts_of_the_gateway_are_not_internal(environment: Environment) -> Iterator[Problem]:
    """The public load balancer serves no name of the internal one."""
    settings, inside = environment.platform.ingress, internal(environment)
    if not (settings.has_gateway and inside.enabled) or gateway_door(environment) == inside:
        return
    outside, own = public(environment).settings.domain_names, inside.settings.domain_names
    for index, host in enumerate(settings.gateway_api.hosts):
        if host in own or (host not in outside and f"*.{host.partition('.')[2]}" in own):
            message = "is a name of edge.internal, and the Gateway is the public load balancer's"
            yield Problem((*GATEWAY_API, "hosts", index), message, host)


@rule("edge", "platform", severity="warning")
def certificates_of_the_gateway_are_seen(environment: Environment) -> Iterator[Problem]:
    """Clients see the certificate of a load balancer that terminates TLS, not the Gateway's."""
    settings = environment.platform.ingress
    if settings.gateway_api.hosts and gateway_door(environment).settings.tls == "terminated":
        message = (
            "makes certificates that no client sees: the load balancer terminates TLS, and accepts "
            "any certificate of the Gateway"
        )
        yield Problem((*GATEWAY_API, "hosts"), message, settings.gateway_api.hosts)


@rule("platform", "teams")
def namespaces_of_the_gateway_are_further_ones(environment: Environment) -> Iterator[Problem]:
    """Namespaces of teams are accepted by themselves, and others are named once."""
    path = (*GATEWAY_API, "namespaces")
    named = environment.platform.ingress.gateway_api.namespaces
    of_team = {name: team for team, each in environment.teams.items() for name in each.namespaces}
    for index, name in enumerate(named):
        if name in of_team:
            message = f"is a namespace of team {of_team[name]}, whose routes are accepted already"
            yield Problem((*path, index), message, name)
    yield from repeated(path, named)


@rule("platform", severity="warning")
def settings_without_an_ingress_class(environment: Environment) -> Iterator[Problem]:
    """A controller that reads no Ingress has no IngressClass."""
    settings: IngressSettings = environment.platform.ingress
    if settings.controller in GATEWAY_ONLY and "default_class" in settings.model_fields_set:
        message = f"has no effect: {settings.controller} has no IngressClass"
        path = ("platform", "ingress", "default_class")
        yield Problem(path, message, settings.default_class)
