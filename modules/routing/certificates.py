"""A certificate in each region, validated by one set of DNS records."""

from collections.abc import Callable

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from config.sections.edge import Edge
from modules.edge.certificate import validation_record
from modules.edge.record_ids import validated_domains
from modules.outputs import Output, add_outputs

Providers = Callable[[str], TerraformProvider | None]
"""The provider of a region; None for the stack's own."""


def certificates(scope: Construct, environment: Environment, provider_of: Providers) -> None:
    """Makes the certificates of all regions, and an output with their ARNs by code.

    ACM gives all certificates of an account the same validation record for a domain, so that the
    record belongs to no region. Each certificate also has the name that always leads to its region.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    shared: list[Route53Record] = []
    arns: dict[str, str] = {}
    for each in environment.siblings:
        key = routing.code(each)
        certificate = _certificate(scope, each, provider_of(each.region))
        if not shared:
            shared = _shared_records(scope, each, certificate)
        own = _record(scope, each, certificate, routing.regional_name(each))
        arns[key] = AcmCertificateValidation(
            scope,
            f"certificate_validation_{key}",
            provider=provider_of(each.region),
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in (*shared, own)],
        ).certificate_arn
    add_outputs(scope, {"certificate_arns": Output(arns, "Certificates by the code of the region")})


def _certificate(
    scope: Construct, environment: Environment, provider: TerraformProvider | None
) -> AcmCertificate:
    first, *others = environment.edge.domain_names
    return AcmCertificate(
        scope,
        f"certificate_{routing.code(environment)}",
        provider=provider,
        domain_name=first,
        subject_alternative_names=[*others, routing.regional_name(environment)],
        validation_method="DNS",
        tags={"Name": first},
        # A listener uses it, so that its replacement must exist first.
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _shared_records(
    scope: Construct, environment: Environment, certificate: AcmCertificate
) -> list[Route53Record]:
    edge: Edge = environment.edge
    return [
        _record(scope, environment, certificate, domain, name)
        for domain, name in validated_domains(edge).items()
    ]


def _record(
    scope: Construct,
    environment: Environment,
    certificate: AcmCertificate,
    domain: str,
    name: str | None = None,
) -> Route53Record:
    zone = environment.edge.hosted_zone
    return validation_record(
        scope,
        zone.id if zone else "",
        certificate,
        domain,
        name or domain,
        adopt=environment.routing.adopt_records,
    )
