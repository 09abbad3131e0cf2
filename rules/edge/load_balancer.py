"""Rules of the `edge` section: names, certificate, addresses, load balancers."""

from collections.abc import Iterator
from typing import Final

from config.derived import edge_names
from config.derived.front_doors import chosen, front_doors, public
from config.environment import Environment
from config.problem import Path, Problem
from config.types.edge import Scheme
from rules.duplicates import repeated
from rules.registration import rule

EDGE: Final = "edge"

CERTIFICATE_NAMES: Final = 10
"""Domain names in one certificate, unless AWS has raised the account's quota.
https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html"""

FIRST_NAME_LENGTH: Final = 64
"""Characters of a certificate's first domain name.
https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""

AWS_PREFIX: Final = "internal-"
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""

CERTIFICATE: Final = "edge.hosted_zone with edge.domain_names, or edge.certificate_arn"
"""What gives the load balancer a certificate."""

USED_WITHOUT_LOAD_BALANCER: Final = frozenset(
    {"enabled", "plain_http", "hosted_zone", "domain_names", "targets", "internal"}
)
"""Settings that may stay while there is no load balancer.

The platform uses some of them: external-dns and cert-manager write to the zone, and the names are
those of the default certificate."""

USED_BY_THE_INTERNAL_ONE: Final = frozenset(
    {
        "minimum_tls_version",
        "idle_timeout_seconds",
        "deregistration_delay_seconds",
        "deletion_protection",
        "zonal_shift",
        "access_logs",
    }
)
"""Settings that the internal load balancer has too."""


@rule("name", "edge")
def load_balancer_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """Names of load balancers may not begin with internal-, which AWS reserves."""
    name = edge_names.load_balancer(public(environment))
    if front_doors(environment) and name.startswith(AWS_PREFIX):
        message = f"makes the load balancer's name {name}, and AWS reserves {AWS_PREFIX}"
        yield Problem(("name",), message, environment.name)


@rule("edge")
def clients_are_served_with_https(environment: Environment) -> Iterator[Problem]:
    """Without a domain or a certificate there is no HTTPS, which `edge.plain_http` has to allow."""
    edge = environment.edge
    if not edge.enabled or edge.load_balancer != "alb" or edge.tls != "none" or edge.plain_http:
        return
    if edge.hosted_zone is None and not edge.domain_names:
        message = "is missing: without a domain or a certificate there is no HTTPS"
        allowed = f"{CERTIFICATE}, or edge.plain_http: true for a trial"
        yield Problem((EDGE, "hosted_zone"), message, allowed=allowed)


@rule("edge", severity="warning")
def plain_http_is_used(environment: Environment) -> Iterator[Problem]:
    """`edge.plain_http` has no effect where the load balancer serves HTTPS."""
    edge = environment.edge
    if edge.enabled and edge.plain_http and edge.tls != "none":
        message = "has no effect: clients are served with HTTPS"
        yield Problem((EDGE, "plain_http"), message, value=True)


@rule("edge", severity="warning")
def settings_of_a_disabled_load_balancer(environment: Environment) -> Iterator[Problem]:
    """Settings of the load balancer have no effect while there is none."""
    edge = environment.edge
    if edge.enabled:
        return
    if edge.domain_names:
        message = "get no record, since edge.enabled is false"
        yield Problem((EDGE, "domain_names"), message, list(edge.domain_names))
    used = USED_WITHOUT_LOAD_BALANCER
    used |= USED_BY_THE_INTERNAL_ONE if edge.internal.enabled else frozenset()
    for key in sorted(edge.model_fields_set - used):
        if getattr(edge, key) != type(edge).model_fields[key].get_default():
            yield Problem((EDGE, key), "has no effect, since edge.enabled is false")


@rule("edge")
def domain_names_are_in_the_zone(environment: Environment) -> Iterator[Problem]:
    """Zone and names are set together, and each name is in the zone and unique."""
    edge = environment.edge
    path = (EDGE, "domain_names")
    if edge.hosted_zone is None:
        if edge.domain_names:
            message = "has no effect without edge.hosted_zone"
            yield Problem(path, message, list(edge.domain_names))
        return
    zone = edge.hosted_zone.name
    if not edge.domain_names:
        message = f"is missing: names in {zone} that lead to the load balancer"
        yield Problem(path, message, [], suggestion=f"[{zone}, '*.{zone}']")
    for index, name in enumerate(edge.domain_names):
        if name != zone and not name.endswith(f".{zone}"):
            yield Problem((*path, index), f"is not in the hosted zone {zone}", name)
    yield from repeated(path, edge.domain_names)


@rule("account", "region", "edge")
def certificate_fits(environment: Environment) -> Iterator[Problem]:
    """A certificate is in the load balancer's account and region, and is used.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """
    arn = environment.edge.certificate_arn
    if arn is None:
        return
    path = (EDGE, "certificate_arn")
    if environment.edge.tls == "passed_through":
        message = "has no effect, since edge.nlb.tls is passthrough"
        yield Problem(path, message, arn, suggestion="edge.nlb.tls: terminate")
        return
    _, partition, _, region, account, _ = arn.split(":", 5)
    if region != environment.region:
        message = f"is in {region}, and the load balancer in {environment.region}"
        yield Problem(path, message, arn)
    elif partition != environment.partition:
        yield Problem(path, f"is of partition {partition}, not {environment.partition}", arn)
    elif account != environment.account:
        message = f"is of account {account}, and the load balancer of {environment.account}"
        yield Problem(path, message, arn)


@rule("edge")
def certificate_can_be_issued(environment: Environment) -> Iterator[Problem]:
    """The names meet ACM's limits, if a certificate is requested."""
    edge = environment.edge
    terminates = edge.load_balancer == "nlb" and edge.nlb.tls == "terminate"
    if terminates and edge.tls == "none" and edge.hosted_zone is None:
        advice = "edge.hosted_zone, edge.certificate_arn, or passthrough"
        message = "needs a certificate, and there is none"
        yield Problem((EDGE, "nlb", "tls"), message, edge.nlb.tls, advice)
    zone = edge.hosted_zone
    if zone and zone.private and edge.certificate_arn is None and edge.tls != "passed_through":
        message = "needs edge.certificate_arn: ACM cannot validate names in a private zone"
        yield Problem((EDGE, "hosted_zone", "private"), message, value=True)
    if not edge.requests_certificate or not edge.domain_names:
        return
    path = (EDGE, "domain_names")
    if len(edge.domain_names) > CERTIFICATE_NAMES:
        message = "are too many for one certificate"
        yield Problem(path, message, len(edge.domain_names), f"up to {CERTIFICATE_NAMES}")
    first = edge.domain_names[0]
    if len(first) > FIRST_NAME_LENGTH:
        message = "is too long for the first name of a certificate: put a shorter one first"
        yield Problem((*path, 0), message, first, f"up to {FIRST_NAME_LENGTH} characters")


@rule("edge")
def settings_fit_the_load_balancer(environment: Environment) -> Iterator[Problem]:
    """A setting of one type of load balancer is not set for the other.

    https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
    """
    edge = environment.edge
    if edge.load_balancer == "alb":
        if edge.nlb.model_fields_set:
            key = min(edge.nlb.model_fields_set)
            path = (EDGE, "nlb", key)
            message = "has no effect, since edge.load_balancer is alb"
            yield Problem(path, message, getattr(edge.nlb, key))
        return
    if edge.waf.enabled:
        message = "needs an Application Load Balancer: AWS WAF does not attach to an NLB"
        yield Problem((EDGE, "waf", "enabled"), message, True, "edge.load_balancer: alb")
    if "idle_timeout_seconds" in edge.model_fields_set:
        message = "has no effect, since edge.load_balancer is nlb"
        yield Problem((EDGE, "idle_timeout_seconds"), message, edge.idle_timeout_seconds)


@rule("edge")
def load_balancer_cidrs_are_named_once(environment: Environment) -> Iterator[Problem]:
    """A block appears once: each makes a security group rule."""
    yield from repeated((EDGE, "cidrs"), [str(cidr) for cidr in environment.edge.cidrs])


def host_is_served(
    environment: Environment,
    path: Path,
    host: str | None,
    scheme: Scheme | None,
    *,
    has_login: bool = True,
) -> Iterator[Problem]:
    """Yields a problem if a host name is not served.

    That is where there is no ingress controller, no HTTPS, or no record and no certificate for the
    name.

    Args:
        environment: says which names it has; where it has none, it serves any.
        path: where the name stands.
        host: the name; None for none.
        scheme: the load balancer that is to serve it; None for the default.
        has_login: whether passwords are sent to it, so that it is served with HTTPS only.
    """
    door = chosen(environment, scheme)
    names, of = door.settings.domain_names, ".".join(map(str, door.path))
    if host is not None and not environment.platform.ingress.enabled:
        yield Problem(path, "needs platform.ingress, which is switched off", host)
        return
    if scheme is not None and not door.has_controller:
        settings = path[: next(i for i, key in enumerate(path) if key in {"host", "hosts"})]
        yield Problem((*settings, "load_balancer"), f"needs {of}.enabled: true", scheme)
        return
    if host is None or not door.enabled:
        return
    if has_login and not door.serves_tls:
        message = "would be served without HTTPS, passwords included: there is no certificate"
        allowed = "a certificate of edge.internal" if door.is_internal else CERTIFICATE
        yield Problem(path, message, host, allowed)
        return
    if not names:
        return
    if host not in names and f"*.{host.partition('.')[2]}" not in names:
        message = f"is not one of {of}.domain_names, so that the front door does not serve it"
        yield Problem(path, message, host, ", ".join(names))
