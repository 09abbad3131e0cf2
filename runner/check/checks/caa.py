"""Whether CAA records let Amazon, and Let's Encrypt where it is used, issue certificates.

https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html,
https://letsencrypt.org/docs/caa/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modules.addons.cert_manager.issuers import dns_zones
from runner.check.checks.zone_records import plain, records_of
from runner.check.context import CheckContext
from runner.check.finding import Finding, NotCheckedError, each

_AMAZON: Final = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")
_LETS_ENCRYPT: Final = ("letsencrypt.org",)


@dataclass(frozen=True)
class Certificate:
    """A name that a certificate is for.

    Attributes:
        issuers: the domains of the authority, one of which must be allowed.
        zone: id and name of its hosted zone.
    """

    name: str
    authority: str
    issuers: tuple[str, ...]
    zone: tuple[str, str]

    def __str__(self) -> str:
        return f"certificate of {self.name}, by {self.authority}"


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks at each name of ACM's certificates, and at the zones of Let's Encrypt's."""
    names = [*_of_acm(context), *_of_lets_encrypt(context)]
    yield from each(dict.fromkeys(names), str, lambda name: _certificate(context, name))


def _of_acm(context: CheckContext) -> Iterator[Certificate]:
    edge = context.environment.edge
    for certificate in context.needs.of("aws_acm_certificate"):
        arguments = certificate.attributes
        names = (arguments["domain_name"], *arguments.get("subject_alternative_names", ()))
        inside = set(names) <= set(edge.internal.domain_names)
        zone = edge.internal.validation_zone if inside else edge.hosted_zone
        if zone is None:
            continue  # that of a private CA
        for name in names:
            yield Certificate(name, "Amazon", _AMAZON, (zone.id, zone.name))


def _of_lets_encrypt(context: CheckContext) -> Iterator[Certificate]:
    if context.environment.platform.cert_manager.enabled:
        for zone in dns_zones(context.environment):
            yield Certificate(zone.name, "Let's Encrypt", _LETS_ENCRYPT, (zone.id, zone.name))


def _certificate(context: CheckContext, certificate: Certificate) -> Iterator[Finding]:
    try:
        place, records = _closest(context, certificate)
    except NotCheckedError as error:
        if "NoSuchHostedZone" in error.reason:
            return  # the check of the zone says it
        raise
    allowed = _allowed(records, wildcard=certificate.name.startswith("*."))
    needed = f"CAA records that allow {certificate.issuers[0]}, or none"
    if allowed is None:
        found = f"the CAA records of {place} restrict nothing" if records else "no CAA records"
        yield Finding("ok", str(certificate), found, needed)
    elif set(certificate.issuers) & allowed:
        yield Finding("ok", str(certificate), f"the CAA records of {place} allow it", needed)
    else:
        only = ", ".join(sorted(allowed)) or "no certificate authority"
        yield Finding(
            "error",
            str(certificate),
            f"the CAA records of {place} allow {only}",
            needed,
            f'Add to {place} the CAA record `0 issue "{certificate.issuers[0]}"`'
            + (", and as `issuewild`." if certificate.name.startswith("*.") else "."),
        )


def _closest(context: CheckContext, certificate: Certificate) -> tuple[str, list[str]]:
    """The records that apply: those of the name, else of the closest name above it."""
    zone, apex = certificate.zone
    name = plain(certificate.name).removeprefix("*.")
    while name.count("."):
        if name == apex or name.endswith(f".{apex}"):
            found = [
                value["Value"]
                for record in records_of(context, zone, name)
                if record["Type"] == "CAA"
                for value in record.get("ResourceRecords", ())
            ]
        else:
            found = context.resolver.records(name, "CAA")
        if found:
            return name, found
        name = name.partition(".")[2]
    return "", []


def _allowed(records: list[str], *, wildcard: bool) -> set[str] | None:
    """The authorities that CAA records allow; None where they restrict nothing.

    https://www.rfc-editor.org/rfc/rfc8659#section-4
    """
    by_tag: dict[str, set[str]] = {}
    for record in records:
        _, tag, value = record.split(" ", 2)
        domain = value.strip('"').partition(";")[0].strip().lower()
        by_tag.setdefault(tag.lower(), set()).add(domain)
    found = by_tag.get("issuewild") if wildcard else None
    found = by_tag.get("issue") if found is None else found
    return None if found is None else found - {""}
