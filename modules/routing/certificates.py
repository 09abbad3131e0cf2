"""The certificate of a region; one set of DNS records validates those of all regions."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.edge.certificate import validation_option, validation_record
from modules.edge.record_ids import validated_domains
from modules.outputs import Output, add_outputs


def certificate(scope: Construct, environment: Environment) -> None:
    """Makes the certificate of the environment's region, and an output with its ARN.

    ACM gives all certificates of an account the same validation record for a domain, so that one
    region makes the records of the platform's names. Each certificate also has the name that always
    leads to its region, whose record is its own.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    edge, own_name = environment.edge, routing.regional_name(environment)
    first, *others = edge.domain_names
    made = AcmCertificate(
        scope,
        "certificate",
        domain_name=first,
        subject_alternative_names=[*others, own_name],
        validation_method="DNS",
        tags={"Name": first},
        # A listener uses it, so that its replacement must exist first.
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )
    zone_id = edge.hosted_zone.id if edge.hosted_zone else ""
    adopt = environment.routing.adopt_records
    names = [validation_record(scope, zone_id, made, own_name, own_name, adopt=adopt).fqdn]
    for domain, name in validated_domains(edge).items():
        if routing.is_owner(environment):
            record = validation_record(scope, zone_id, made, domain, name, adopt=adopt)
            names.append(record.fqdn)
        else:
            names.append(validation_option(made, name, "resource_record_name"))
    validation = AcmCertificateValidation(
        scope,
        "certificate_validation",
        certificate_arn=made.arn,
        validation_record_fqdns=names,
    )
    add_outputs(
        scope, {"certificate_arn": Output(validation.certificate_arn, "The region's certificate")}
    )
