"""An ACM certificate for the platform's domain names, validated by DNS."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from config.sections.edge import Edge
from modules.edge.record_ids import record_id

TTL_SECONDS = 300


def certificate_arn(scope: Construct, edge: Edge) -> str | None:
    """The ARN of the load balancer's certificate: a given one, a new one, or None.

    Returns:
        The ARN; that of a new certificate is known after ACM has issued it.
    """
    if edge.tls != "terminated":
        return None
    return _validated(scope, edge) if edge.requests_certificate else edge.certificate_arn


def validated_domains(edge: Edge) -> dict[str, str]:
    """The domains that ACM validates, each with the first name that needs it.

    A wildcard and its parent domain have the same validation record.
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
        # A listener uses it, so that its replacement must exist first.
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
    """The record by which ACM validates a domain, now and at each renewal.

    An existing record is not overwritten: it belongs to another certificate for the same name,
    which could not be renewed after a destroy here.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    options = f"{certificate.fqn}.domain_validation_options"

    def of(attribute: str) -> str:
        # The options are an unordered set; the domain names in it are known at plan.
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
