"""A certificate of ACM for the platform's names, validated through its hosted zone."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from config.sections.edge import Edge
from modules.edge.record_ids import record_id

TTL_SECONDS = 300


def certificate_arn(scope: Construct, edge: Edge) -> str | None:
    """The certificate that the load balancer uses: the one given, a new one, or none.

    Returns:
        The ARN; that of a new certificate is known once ACM has issued it.
    """
    if edge.tls != "terminated":
        return None
    return _validated(scope, edge) if edge.requests_certificate else edge.certificate_arn


def validated_domains(edge: Edge) -> dict[str, str]:
    """The domains whose control ACM wants to be shown, each with the first name that needs it.

    A wildcard and the domain that it stands below have the same proof.
    """
    domains: dict[str, str] = {}
    for name in edge.domain_names:
        domains.setdefault(name.removeprefix("*."), name)
    return domains


def _validated(scope: Construct, edge: Edge) -> str | None:
    if edge.hosted_zone is None:
        return None
    first, *others = edge.domain_names
    certificate = AcmCertificate(
        scope,
        "certificate",
        domain_name=first,
        subject_alternative_names=others or None,
        validation_method="DNS",
        tags={"Name": first},
        # A listener uses it: its successor comes first.
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )
    records = [
        _record(scope, edge.hosted_zone.id, certificate, domain, name)
        for domain, name in validated_domains(edge).items()
    ]
    return AcmCertificateValidation(
        scope,
        "certificate_validation",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[record.fqdn for record in records],
    ).certificate_arn


def _record(
    scope: Construct, zone_id: str, certificate: AcmCertificate, domain: str, name: str
) -> Route53Record:
    """The record by which ACM recognizes a domain, now and at each renewal.

    One that is there already is not taken over: it is that of another certificate for the same
    name, which would lose its renewal with a destroy here.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    options = f"{certificate.fqn}.domain_validation_options"

    def of(attribute: str) -> str:
        # The options are a set in no order; the names in it are known when Terraform plans.
        return f'${{one([for o in {options} : o.{attribute} if o.domain_name == "{name}"])}}'

    return Route53Record(
        scope,
        record_id("validation", domain),
        zone_id=zone_id,
        name=of("resource_record_name"),
        type="CNAME",
        records=[of("resource_record_value")],
        ttl=TTL_SECONDS,
    )
