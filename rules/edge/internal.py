"""Rules of `edge.internal`: addresses, names, private zone and certificate."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any, Final

from config.addons.ingress import Controller
from config.environment import Environment
from config.problem import Path, Problem
from rules.duplicates import repeated
from rules.registration import rule

INTERNAL: Final[Path] = ("edge", "internal")

PRIVATE: Final = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
"""https://www.rfc-editor.org/rfc/rfc1918 and https://www.rfc-editor.org/rfc/rfc6598"""

CERTIFICATES: Final = ("certificate_arn", "certificate_authority_arn", "validation_zone")
"""Where the certificate comes from; one of them."""

CLASS_VALUES: Final[Mapping[Controller, tuple[Path, ...]]] = {
    "nginx": (("controller", "ingressClass", "name"),),
    "traefik": (
        ("ingressClass", "name"),
        ("providers", "kubernetesIngress", "ingressClass"),
        ("providers", "kubernetesCRD", "ingressClass"),
    ),
    "haproxy": (("controller", "ingressClass"), ("controller", "ingressClassResource", "name")),
    "ingress-nginx": (
        ("controller", "ingressClass"),
        ("controller", "ingressClassResource", "name"),
        ("controller", "ingressClassResource", "controllerValue"),
    ),
    "envoy-gateway": (),
}
"""Values of the charts with the name of the class."""


@rule("edge", severity="warning")
def settings_of_a_disabled_internal_load_balancer(environment: Environment) -> Iterator[Problem]:
    """Settings of the internal load balancer have no effect while there is none."""
    own = environment.edge.internal
    for key in sorted(own.model_fields_set - {"enabled"}) if not own.enabled else ():
        yield Problem((*INTERNAL, key), "has no effect, since edge.internal.enabled is false")


@rule("edge", severity="warning")
def internal_clients_have_private_addresses(environment: Environment) -> Iterator[Problem]:
    """The internal load balancer is for private address blocks."""
    for index, cidr in enumerate(environment.edge.internal.cidrs):
        if not any(cidr.subnet_of(block) for block in PRIVATE):
            message = "has addresses that are not private, and the load balancer is internal"
            allowed = "blocks of the VPC and of networks that are connected to it"
            yield Problem((*INTERNAL, "cidrs", index), message, str(cidr), allowed)


@rule("edge")
def internal_cidrs_are_named_once(environment: Environment) -> Iterator[Problem]:
    """A block appears once: each makes a security group rule."""
    cidrs = environment.edge.internal.cidrs
    yield from repeated((*INTERNAL, "cidrs"), [str(cidr) for cidr in cidrs])


@rule("edge")
def internal_names_are_in_the_private_zone(environment: Environment) -> Iterator[Problem]:
    """Private zone and names are set together, and each name is in the zone and unique."""
    own, path = environment.edge.internal, (*INTERNAL, "domain_names")
    if not own.enabled:
        return
    if own.hosted_zone is None:
        if own.domain_names:
            message = "has no effect without edge.internal.hosted_zone"
            yield Problem(path, message, list(own.domain_names))
        return
    zone = own.hosted_zone.name
    if not own.domain_names:
        message = f"is missing: names in {zone} that lead to the internal load balancer"
        yield Problem(path, message, [], suggestion=f"[{zone}, '*.{zone}']")
    for index, name in enumerate(own.domain_names):
        if name != zone and not name.endswith(f".{zone}"):
            yield Problem((*path, index), f"is not in the private zone {zone}", name)
    yield from repeated(path, own.domain_names)


@rule("edge")
def internal_names_are_not_public(environment: Environment) -> Iterator[Problem]:
    """No name leads to both load balancers, and no two certificates need one validation record."""
    edge = environment.edge
    if not (edge.enabled and edge.internal.enabled):
        return
    public = {name.removeprefix("*."): name for name in edge.domain_names}
    for index, name in enumerate(edge.internal.domain_names):
        taken = public.get(name.removeprefix("*."))
        if taken is not None:
            message = f"is of the same domain as {taken} of edge.domain_names"
            allowed = "another domain, for example one below it"
            yield Problem((*INTERNAL, "domain_names", index), message, name, allowed)


@rule("edge")
def internal_clients_are_served_with_https(environment: Environment) -> Iterator[Problem]:
    """Without a certificate there is no HTTPS, which `edge.internal.plain_http` has to allow."""
    own = environment.edge.internal
    if not own.enabled or own.tls != "none":
        return
    sources = ", ".join(CERTIFICATES)
    if own.load_balancer == "nlb":
        message = "needs a certificate, and there is none"
        allowed = f"one of {sources}, or passthrough"
        yield Problem((*INTERNAL, "nlb", "tls"), message, own.nlb.tls, allowed)
    elif not own.plain_http:
        message = "is missing: without a certificate there is no HTTPS"
        allowed = f"one of {sources}, or edge.internal.plain_http: true"
        yield Problem((*INTERNAL, "certificate_arn"), message, allowed=allowed)


@rule("region", "account", "regions", "edge")
def internal_certificate_has_one_source(environment: Environment) -> Iterator[Problem]:
    """The certificate is given, of a private CA, or validated in a public zone; and it is used."""
    own = environment.edge.internal
    given = [key for key in CERTIFICATES if getattr(own, key) is not None]
    if not own.enabled or not given:
        return
    if own.tls == "passed_through":
        message = "has no effect, since edge.internal.nlb.tls is passthrough"
        yield Problem((*INTERNAL, given[0]), message, suggestion="edge.internal.nlb.tls: terminate")
        return
    for key in given[1:]:
        yield Problem((*INTERNAL, key), f"has no effect beside edge.internal.{given[0]}")
    if given[0] != "certificate_arn" and not own.domain_names:
        message = "is missing: the names of the certificate"
        yield Problem((*INTERNAL, "domain_names"), message, [])
    if own.plain_http:
        yield Problem((*INTERNAL, "plain_http"), "has no effect: there is a certificate", True)
    for key in ("certificate_arn", "certificate_authority_arn"):
        yield from _arn_fits(environment, key)


def _arn_fits(environment: Environment, key: str) -> Iterator[Problem]:
    """A certificate is of the environment's account, a CA may be another account's."""
    arn: str | None = getattr(environment.edge.internal, key)
    if arn is None:
        return
    _, _, _, region, account, _ = arn.split(":", 5)
    path = (*INTERNAL, key)
    if region != environment.region:
        message = f"is in {region}, and the load balancer in {environment.region}"
        yield Problem(path, message, arn)
    elif key == "certificate_arn" and account != environment.account:
        message = f"is of account {account}, and the load balancer of {environment.account}"
        yield Problem(path, message, arn)


@rule("regions", "edge")
def internal_certificate_can_be_validated(environment: Environment) -> Iterator[Problem]:
    """ACM validates names of a public certificate in a public zone above them.

    ACM gives all certificates of an account the same record for a domain.

    https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    own, path = environment.edge.internal, (*INTERNAL, "validation_zone")
    if not own.enabled or own.validation_zone is None or not own.requests_certificate:
        return
    if environment.regions:
        message = "is for a platform in one region: its regions would need one validation record"
        yield Problem(path, message, allowed="certificate_arn or certificate_authority_arn")
    zone = own.validation_zone.name
    for index, name in enumerate(own.domain_names):
        if not f".{name.removeprefix('*.')}".endswith(f".{zone}"):
            message = f"is not in {zone}, the public zone of edge.internal.validation_zone"
            yield Problem((*INTERNAL, "domain_names", index), message, name)
    hosted = own.hosted_zone
    if hosted is not None and hosted.id == own.validation_zone.id:
        message = "is the private zone, in which ACM cannot validate names"
        yield Problem((*path, "id"), message, own.validation_zone.id, "a public zone")


@rule("network", "edge")
def internal_zone_is_of_the_own_vpc(environment: Environment) -> Iterator[Problem]:
    """Only the owner of a VPC associates it with a private zone without an authorization.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
    """
    own, existing = environment.edge.internal, environment.network.existing
    if own.creates_zone and existing is not None and existing.owner is not None:
        message = f"is missing: the VPC is of account {existing.owner}, which associates it"
        yield Problem((*INTERNAL, "hosted_zone", "id"), message, allowed="an existing private zone")


@rule("edge")
def settings_fit_the_internal_load_balancer(environment: Environment) -> Iterator[Problem]:
    """A setting of one type of load balancer is not set for the other."""
    own = environment.edge.internal
    if own.enabled and own.load_balancer == "alb" and own.nlb.model_fields_set:
        key = min(own.nlb.model_fields_set)
        message = "has no effect, since edge.internal.load_balancer is alb"
        yield Problem((*INTERNAL, "nlb", key), message, getattr(own.nlb, key))


@rule("edge", "platform")
def acme_does_not_reach_the_internal_load_balancer(environment: Environment) -> Iterator[Problem]:
    """HTTP-01 and TLS-ALPN-01 need a load balancer that the internet reaches.

    https://letsencrypt.org/docs/challenge-types/
    """
    edge, platform = environment.edge, environment.platform
    if not edge.internal.enabled:
        return
    issuers = platform.cert_manager.lets_encrypt
    if platform.cert_manager.enabled and issuers.enabled and issuers.http01 and not edge.enabled:
        message = "cannot work: Let's Encrypt does not reach the internal load balancer"
        path = ("platform", "cert_manager", "lets_encrypt", "http01")
        yield Problem(path, message, value=True, allowed="false, with DNS-01 or the internal CA")
    if platform.ingress.enabled and platform.ingress.traefik_acme.enabled:
        message = "cannot work: Let's Encrypt does not reach the internal load balancer"
        path = ("platform", "ingress", "traefik_acme", "enabled")
        yield Problem(path, message, value=True, allowed="false", suggestion="false")


@rule("edge", "platform")
def classes_of_the_load_balancers_differ(environment: Environment) -> Iterator[Problem]:
    """No value of the chart sets the class: it would be that of both load balancers."""
    ingress = environment.platform.ingress
    if not environment.edge.internal.enabled or not ingress.enabled:
        return
    for path in CLASS_VALUES[ingress.controller]:
        if _has(ingress.values, path):
            message = "would be the class of both load balancers, whose hosts it would mix"
            yield Problem(("platform", "ingress", "values", *path), message, allowed="not set")


def _has(values: Any, path: Path) -> bool:
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return False
        values = values[key]
    return True
