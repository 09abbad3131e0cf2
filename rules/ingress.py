"""Rules of the ingress controller and of certificates: they fit the front door before them."""

from collections.abc import Iterator
from typing import Final

from config.addons.ingress import ENDPOINTS, INTERNAL_ISSUER, RETIRED
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from modules.addons.cert_manager.issuers import dns_zones, issuer_names

INGRESS: Final[Path] = ("platform", "ingress")


def targets_are_the_controllers(environment: Environment) -> Iterator[Problem]:
    """The front door connects to the ports on which the ingress controller listens."""
    settings = environment.platform.ingress
    if not environment.edge.enabled or not settings.enabled:
        return
    endpoint = ENDPOINTS[settings.controller]
    for key in ("http_port", "https_port", "health_check_port", "health_check_path"):
        given, right = getattr(environment.targets, key), getattr(endpoint, key)
        if given != right:
            message = f"is not where {settings.controller} answers"
            path = ("edge", "targets", key)
            yield Problem(path, message, given, str(right), str(right))


def replicas_are_ordered(environment: Environment) -> Iterator[Problem]:
    """The ingress controller's fewest pods are no more than its most."""
    settings = environment.platform.ingress
    fewest = settings.min_replicas or max(2, len(environment.network.availability_zones))
    if fewest > settings.max_replicas:
        message = f"is less than the fewest, {fewest}"
        yield Problem((*INGRESS, "max_replicas"), message, settings.max_replicas)


def public_certificate_has_names(environment: Environment) -> Iterator[Problem]:
    """An issuer other than the platform's own CA certifies names that are public."""
    settings = environment.platform.ingress
    if settings.certificate_issuer != INTERNAL_ISSUER and not environment.edge.domain_names:
        message = "certifies public names, and edge.domain_names has none"
        path = (*INGRESS, "certificate_issuer")
        yield Problem(path, message, settings.certificate_issuer, INTERNAL_ISSUER)


def default_certificate_can_be_issued(environment: Environment) -> Iterator[Problem]:
    """The certificate that controllers wait for comes without them.

    An issuer that is made later, or an answer by way of the controller itself, would have F5's
    NGINX wait for what waits for it: it does not start without the secret.

    https://cert-manager.io/docs/configuration/acme/dns01/
    """
    settings = environment.platform.ingress
    if not settings.enabled:
        return
    issuer, names = settings.certificate_issuer, issuer_names(environment)
    if issuer not in names:
        message, path = "is no issuer that the platform makes", (*INGRESS, "certificate_issuer")
        yield Problem(path, message, issuer, ", ".join(names), nearest(issuer, names))
        return
    if issuer == INTERNAL_ISSUER:
        return
    zones = dns_zones(environment)
    answers = environment.platform.cert_manager.lets_encrypt.http01
    for index, name in enumerate(environment.edge.domain_names):
        if any(f".{name}".endswith(f".{zone.name}") for zone in zones):
            continue
        if name.startswith("*."):
            reason = f"{issuer} proves wildcards with DNS-01 only"
        elif not answers:
            reason = "platform.cert_manager.lets_encrypt.http01 is off"
        elif settings.controller == "nginx":
            reason = "the controller, which would answer HTTP-01, waits for its certificate"
        else:
            continue
        yield Problem(
            ("edge", "domain_names", index),
            f"is in no zone for DNS-01, and {reason}",
            name,
            ", ".join(zone.name for zone in zones)
            or "platform.cert_manager.lets_encrypt.dns_zones",
        )


def traefik_acme_is_possible(environment: Environment) -> Iterator[Problem]:
    """TLS-ALPN-01 needs Traefik, and TLS that reaches it."""
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


def lets_encrypt_has_solvers(environment: Environment) -> Iterator[Problem]:
    """Let's Encrypt's issuers have a way to prove that a name is yours."""
    settings = environment.platform.cert_manager.lets_encrypt
    zone = environment.edge.hosted_zone
    path = ("platform", "cert_manager", "lets_encrypt")
    if not settings.enabled:
        return
    has_zone = bool(settings.dns_zones) or (zone is not None and not zone.private)
    if not settings.http01 and not has_zone:
        message = "leaves no way to prove a name: there is no zone for DNS-01 either"
        yield Problem((*path, "http01"), message, value=False)
    for index, entry in enumerate(settings.dns_zones):
        if entry.name in [other.name for other in settings.dns_zones[:index]]:
            yield Problem((*path, "dns_zones", index), "names a zone a second time", entry.name)


def retired_controllers(environment: Environment) -> Iterator[Problem]:
    """Yields advice, not mistakes: controllers that nobody maintains any more.

    Args:
        environment: the configuration.
    """
    settings = environment.platform.ingress
    if settings.enabled and settings.controller in RETIRED:
        path = (*INGRESS, "controller")
        yield Problem(path, RETIRED[settings.controller], settings.controller)
