"""The ACM certificates of the load balancers: given, validated by DNS, or of a private CA."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from config.derived import routing
from config.derived.front_doors import FrontDoor
from config.sections.edge_internal import InternalLoadBalancer
from modules.edge.record_ids import record_id, validated_domains
from modules.remote_state import RemoteOutputs

TTL_SECONDS = 300


def certificate_arn(scope: Construct, door: FrontDoor) -> str | None:
    """The ARN of a load balancer's certificate: a given one, a new one, or None.

    A platform in several regions has its certificates in the names stack.

    Returns:
        The ARN; that of a new certificate is known after ACM has issued it.
    """
    settings = door.settings
    if settings.tls != "terminated" or not settings.requests_certificate:
        return settings.certificate_arn if settings.tls == "terminated" else None
    if not door.is_internal and routing.shares_certificate(door.environment):
        return RemoteOutputs(scope, door.environment).get("names.certificate_arn")
    zone = door.environment.edge.hosted_zone
    if isinstance(settings, InternalLoadBalancer):
        zone = settings.validation_zone
        if settings.certificate_authority_arn is not None:
            # A private CA knows whom it issues to, so that there is nothing to validate.
            return _requested(scope, door, settings.certificate_authority_arn).arn
    return None if zone is None else _validated(scope, door, zone.id)


def _requested(scope: Construct, door: FrontDoor, authority_arn: str | None) -> AcmCertificate:
    first, *others = door.settings.domain_names
    return AcmCertificate(
        scope,
        door.prefixed("certificate"),
        domain_name=first,
        subject_alternative_names=others or None,
        certificate_authority_arn=authority_arn,
        validation_method=None if authority_arn else "DNS",
        tags={"Name": first},
        # A listener uses it, so that its replacement must exist first.
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _validated(scope: Construct, door: FrontDoor, zone_id: str) -> str:
    certificate = _requested(scope, door, None)
    records = [
        validation_record(
            scope, zone_id, certificate, domain, name, kind=door.prefixed("validation")
        )
        for domain, name in validated_domains(door.settings).items()
    ]
    return AcmCertificateValidation(
        scope,
        door.prefixed("certificate_validation"),
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
    kind: str = "validation",
    adopt: bool = False,
) -> Route53Record:
    """The record by which ACM validates a domain, now and at each renewal.

    An existing record is not overwritten: it belongs to another certificate for the same name,
    which could not be renewed after a destroy here.

    Args:
        domain: the domain without `*.`, of which the record's id is made.
        name: a name of the certificate that needs the record.
        kind: the beginning of the record's id.
        adopt: overwrite an existing record all the same.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    return Route53Record(
        scope,
        record_id(kind, domain),
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
