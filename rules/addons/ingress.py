"""Rules of the ingress controller: it fits the load balancer in front of it."""

from collections.abc import Iterator
from typing import Final

from config.addons.ingress import ENDPOINTS, INTERNAL_ISSUER, RETIRED
from config.derived.front_doors import front_doors, internal, public
from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

INGRESS: Final[Path] = ("platform", "ingress")


@rule("edge", "platform")
def targets_are_the_controllers(environment: Environment) -> Iterator[Problem]:
    """The front door connects to the ports on which the ingress controller listens."""
    settings = environment.platform.ingress
    if not front_doors(environment) or not settings.enabled:
        return
    endpoint = ENDPOINTS[settings.controller]
    for key in ("http_port", "https_port", "health_check_port", "health_check_path"):
        given, right = getattr(environment.targets, key), getattr(endpoint, key)
        if given != right:
            message = f"is not the port of {settings.controller}"
            path = ("edge", "targets", key)
            yield Problem(path, message, given, str(right), str(right))


@rule("network", "platform")
def replicas_are_ordered(environment: Environment) -> Iterator[Problem]:
    """The ingress controller's minimum of replicas is not above its maximum."""
    settings = environment.platform.ingress
    fewest = settings.min_replicas or max(2, len(environment.network.availability_zones))
    if fewest > settings.max_replicas:
        message = f"is less than the fewest, {fewest}"
        yield Problem((*INGRESS, "max_replicas"), message, settings.max_replicas)


@rule("edge", "platform")
def public_certificate_has_names(environment: Environment) -> Iterator[Problem]:
    """An issuer other than the platform's CA requires public names."""
    settings = environment.platform.ingress
    for door in (public(environment), internal(environment)):
        named = door.settings.domain_names
        if settings.certificate_issuer != INTERNAL_ISSUER and door.has_controller and not named:
            of = ".".join(map(str, (*door.path, "domain_names")))
            message = f"certifies public names, and {of} has none"
            path = (*INGRESS, "certificate_issuer")
            yield Problem(path, message, settings.certificate_issuer, INTERNAL_ISSUER)


@rule("edge", "platform")
def traefik_acme_is_possible(environment: Environment) -> Iterator[Problem]:
    """TLS-ALPN-01 needs Traefik, and a load balancer that passes TLS through."""
    settings = environment.platform.ingress
    path = (*INGRESS, "traefik_acme", "enabled")
    if not settings.traefik_acme.enabled:
        return
    if settings.controller != "traefik":
        message = f"has no effect with controller: {settings.controller}"
        yield Problem(path, message, value=True, allowed="controller: traefik")
    if environment.edge.enabled and environment.edge.tls != "passed_through":
        message = "needs TLS passed through to Traefik"
        allowed = "edge.load_balancer: nlb with edge.nlb.tls: passthrough"
        yield Problem(path, message, value=True, allowed=allowed)
    if settings.min_replicas is not None:
        message = "has no effect: the certificates are in a file of a single pod"
        yield Problem((*INGRESS, "min_replicas"), message, settings.min_replicas)


@rule("platform", severity="warning")
def retired_controllers(environment: Environment) -> Iterator[Problem]:
    """A controller that is no longer maintained is for migrations only."""
    settings = environment.platform.ingress
    if settings.enabled and settings.controller in RETIRED:
        path = (*INGRESS, "controller")
        yield Problem(path, RETIRED[settings.controller], settings.controller)
