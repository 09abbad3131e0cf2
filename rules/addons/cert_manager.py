"""Rules of issuers and of the certificates that they issue."""

from collections.abc import Iterator
from typing import Final

from config.addons.ingress import INTERNAL_ISSUER
from config.derived.front_doors import FrontDoor, internal, public
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from modules.addons.cert_manager.issuers import dns_zones, issuer_names
from rules.registration import rule

INGRESS: Final[Path] = ("platform", "ingress")


@rule("name", "edge", "platform")
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
        message, path = "is not an issuer of the platform", (*INGRESS, "certificate_issuer")
        yield Problem(path, message, issuer, ", ".join(names), nearest(issuer, names))
        return
    if issuer == INTERNAL_ISSUER:
        return
    zones = dns_zones(environment)
    answers = environment.platform.cert_manager.lets_encrypt.http01
    for door, index, name in _names_of_default_certificates(environment):
        if any(f".{name}".endswith(f".{zone.name}") for zone in zones):
            continue
        if name.startswith("*."):
            reason = f"{issuer} validates wildcards with DNS-01 only"
        elif door.is_internal:
            reason = "HTTP-01 does not reach the internal load balancer"
        elif not answers:
            reason = "platform.cert_manager.lets_encrypt.http01 is off"
        elif settings.controller == "nginx":
            reason = "the controller, which would answer HTTP-01, waits for its certificate"
        else:
            continue
        yield Problem(
            (*door.path, "domain_names", index),
            f"is in no zone for DNS-01, and {reason}",
            name,
            ", ".join(zone.name for zone in zones)
            or "platform.cert_manager.lets_encrypt.dns_zones",
        )


def _names_of_default_certificates(
    environment: Environment,
) -> Iterator[tuple[FrontDoor, int, str]]:
    for door in (public(environment), internal(environment)):
        if door.has_controller:
            yield from ((door, *each) for each in enumerate(door.settings.domain_names))


@rule("network", "platform")
def lets_encrypt_reaches_the_internet(environment: Environment) -> Iterator[Problem]:
    """ACME clients are off where pods do not reach the internet: both would ask Let's Encrypt."""
    reason = environment.network.without_internet
    if reason is None:
        return
    issuers = environment.platform.cert_manager.lets_encrypt
    traefik = environment.platform.ingress.traefik_acme
    for path, enabled in (
        (("platform", "cert_manager", "lets_encrypt", "enabled"), issuers.enabled),
        ((*INGRESS, "traefik_acme", "enabled"), traefik.enabled),
    ):
        if enabled:
            yield Problem(
                path,
                f"needs the internet, which pods do not reach, since {reason}",
                value=True,
                allowed=f"false, with certificates of {INTERNAL_ISSUER}",
                involved=(("network", "nat"), ("network", "existing", "internet_access")),
            )


@rule("edge", "platform")
def lets_encrypt_has_solvers(environment: Environment) -> Iterator[Problem]:
    """The Let's Encrypt issuers have a challenge that they can solve."""
    settings = environment.platform.cert_manager.lets_encrypt
    zone = environment.edge.hosted_zone
    path = ("platform", "cert_manager", "lets_encrypt")
    if not settings.enabled:
        return
    has_zone = bool(settings.dns_zones) or (zone is not None and not zone.private)
    if not settings.http01 and not has_zone:
        message = "leaves no challenge that can prove a name: there is no zone for DNS-01 either"
        yield Problem((*path, "http01"), message, value=False)
    for index, entry in enumerate(settings.dns_zones):
        if entry.name in [other.name for other in settings.dns_zones[:index]]:
            yield Problem((*path, "dns_zones", index), "is a duplicate", entry.name)
