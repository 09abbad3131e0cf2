"""Certificate and DNS records: validation, and no overwritten records."""

from typing import Any

import pytest

from modules.edge.certificate import validated_domains
from support.edge import ARN, NAMES, WITH_DOMAIN, ZONE, ZONE_NAME, EdgeOutput, edge
from support.environments import environment

VALIDATED = "${aws_acm_certificate_validation.certificate_validation.certificate_arn}"
PRIVATE = {"hosted_zone": {**ZONE, "private": True}, "domain_names": NAMES}


@pytest.fixture(scope="module")
def made() -> EdgeOutput:
    return edge(**WITH_DOMAIN)


def test_the_listener_waits_until_the_certificate_is_issued(made: EdgeOutput) -> None:
    assert made.one("aws_lb_listener", "https_listener")["certificate_arn"] == VALIDATED
    assert made.json["output"]["certificate_arn"]["value"] == VALIDATED


def test_the_certificate_is_for_every_name(made: EdgeOutput) -> None:
    certificate = made.one("aws_acm_certificate", "certificate")
    assert certificate["domain_name"] == ZONE_NAME
    assert certificate["subject_alternative_names"] == [f"*.{ZONE_NAME}"]
    assert certificate["validation_method"] == "DNS"
    assert certificate["lifecycle"] == {"create_before_destroy": True}


def test_a_wildcard_and_its_domain_share_a_validation_record(made: EdgeOutput) -> None:
    validation = made.one("aws_acm_certificate_validation", "certificate_validation")
    record = "validation_platform_example_com"
    assert validation["validation_record_fqdns"] == [f"${{aws_route53_record.{record}.fqdn}}"]
    assert f'o.domain_name == "{ZONE_NAME}"' in made.one("aws_route53_record", record)["name"]


def test_each_domain_is_validated_for_its_first_name() -> None:
    names = [f"*.{ZONE_NAME}", f"shop.{ZONE_NAME}", ZONE_NAME]
    settings = environment(edge={"hosted_zone": ZONE, "domain_names": names}).edge
    assert validated_domains(settings) == {
        ZONE_NAME: f"*.{ZONE_NAME}",
        f"shop.{ZONE_NAME}": f"shop.{ZONE_NAME}",
    }


@pytest.mark.parametrize("more", [{}, {"load_balancer": "nlb"}, {"certificate_arn": ARN}])
def test_every_domain_name_is_an_alias_of_the_load_balancer(more: dict[str, Any]) -> None:
    records = edge(**WITH_DOMAIN, **more).of("aws_route53_record")
    aliases = {record["name"]: record for record in records.values() if "alias" in record}
    assert set(aliases) == set(NAMES)
    for record in aliases.values():
        assert (record["type"], record["zone_id"]) == ("A", ZONE["id"])
        assert record["alias"]["name"] == "${aws_lb.load_balancer.dns_name}"
        assert record["alias"]["zone_id"] == "${aws_lb.load_balancer.zone_id}"


def test_existing_records_are_not_overwritten(made: EdgeOutput) -> None:
    records = made.of("aws_route53_record").values()
    assert len(records) == 3
    assert not any(record.get("allow_overwrite") for record in records)


def test_a_given_certificate_is_used_instead() -> None:
    made = edge(**WITH_DOMAIN, certificate_arn=ARN)
    assert made.one("aws_lb_listener", "https_listener")["certificate_arn"] == ARN
    assert made.of("aws_acm_certificate") == {}


def test_names_in_a_private_zone_need_a_given_certificate() -> None:
    made = edge(**PRIVATE, certificate_arn=ARN)
    assert made.of("aws_acm_certificate") == {}
    assert len(made.of("aws_route53_record")) == len(NAMES)


def test_with_tls_passthrough_no_certificate_is_requested() -> None:
    made = edge(**WITH_DOMAIN, load_balancer="nlb")
    assert made.of("aws_acm_certificate") == {}
    assert len(made.of("aws_route53_record")) == len(NAMES)


def test_without_a_zone_there_is_no_record() -> None:
    assert edge(certificate_arn=ARN).of("aws_route53_record") == {}


def test_a_new_name_changes_no_existing_record(made: EdgeOutput) -> None:
    more = edge(hosted_zone=ZONE, domain_names=[*NAMES, f"a.b.{ZONE_NAME}"])
    before, after = made.of("aws_route53_record"), more.of("aws_route53_record")
    assert {id_: after[id_] for id_ in before} == before
    assert set(after) - set(before) == {
        "alias_a_b_platform_example_com",
        "validation_a_b_platform_example_com",
    }
