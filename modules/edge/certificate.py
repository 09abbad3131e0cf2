"""An ACM certificate for the platform's domain names, validated by DNS."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from config.sections.edge import Edge
from modules.edge.record_ids import record_id, validated_domains
from modules.remote_state import RemoteOutputs

TTL_SECONDS = 300


def certificate_arn(scope: Construct, environment: Environment) -> str | None:
    """The ARN of the load balancer's certificate: a given one, a new one, or None.

    A platform in several regions has its certificates in the names stack.

    Returns:
        The ARN; that of a new certificate is known after ACM has issued it.
    """
    edge = environment.edge
    if edge.tls != "terminated":
        return None
    if routing.shares_certificate(environment):
        return RemoteOutputs(scope, environment).get("names.certificate_arn")
    return _validated(scope, edge) if edge.requests_certificate else edge.certificate_arn


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
        validation_record(scope, edge.hosted_zone.id, certificate, domain, name)
        for domain, name in validated_domains(edge).items()
    ]
    return AcmCertificateValidation(
        scope,
        "certificate_validation",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[record.fqdn for record in records],
    ).certificate_arn


def validation_record(
    scope: Construct,
    zone_id: str,
    certificate: AcmCertificate,
    domain: str,
    name: str,
    *,
    adopt: bool = False,
) -> Route53Record:
    """The record by which ACM validates a domain, now and at each renewal.

    An existing record is not overwritten: it belongs to another certificate for the same name,
    which could not be renewed after a destroy here.

    Args:
        domain: the domain without `*.`, of which the record's id is made.
        name: a name of the certificate that needs the record.
        adopt: overwrite an existing record all the same.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    return Route53Record(
        scope,
        record_id("validation", domain),
        zone_id=zone_id,
        name=validation_option(certificate, name, "resource_record_name"),
        type="CNAME",
        records=[validation_option(certificate, name, "resource_record_value")],
        ttl=TTL_SECONDS,
        allow_overwrite=True if adopt else None,
    )


def validation_option(certificate: AcmCertificate, name: str, attribute: str) -> str:
    """An attribute of the record by which ACM validates a name of a certificate.

    The options are an unordered set; the domain names in it are known at plan.
    """
    options = f"{certificate.fqn}.domain_validation_options"
    return f'${{one([for o in {options} : o.{attribute} if o.domain_name == "{name}"])}}'
