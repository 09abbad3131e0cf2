"""The internal load balancer (L3): beside the public one, and alone."""

from typing import Any

from support.edge import ARN, WITH_DOMAIN, EdgeOutput, edge

PRIVATE = "corp.platform.example.com"
ZONE = {"id": "Z0123456789ABCDEFGHIK", "name": "platform.example.com"}
CA = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333"
INTERNAL: dict[str, Any] = {
    "enabled": True,
    "cidrs": ["10.0.0.0/16"],
    "hosted_zone": {"name": PRIVATE},
    "domain_names": [PRIVATE, f"*.{PRIVATE}"],
    "validation_zone": ZONE,
}
NLB = {**INTERNAL, "load_balancer": "nlb", "validation_zone": None}
INGRESS = "aws_vpc_security_group_ingress_rule"


def both(**changes: Any) -> EdgeOutput:
    return edge(**WITH_DOMAIN, internal={**INTERNAL, **changes})


def alone(**changes: Any) -> EdgeOutput:
    return edge(enabled=False, internal={**INTERNAL, **changes})


def of_names(made: EdgeOutput, prefix: str) -> dict[str, Any]:
    records = made.of("aws_route53_record")
    return {id_: body for id_, body in records.items() if prefix in id_}


def test_it_is_internal_in_the_private_subnets_and_the_public_one_is_not() -> None:
    balancers = both().of("aws_lb")
    assert balancers["internal_load_balancer"]["internal"] is True
    assert balancers["load_balancer"]["internal"] is False
    for id_, tier in (("internal_load_balancer", "private"), ("load_balancer", "public")):
        subnets = balancers[id_]["subnets"]
        assert len(subnets) == 3
        assert all(f"outputs.{tier}_subnet_ids." in subnet for subnet in subnets)


def test_it_changes_nothing_of_the_public_one_but_the_policy_of_the_logs() -> None:
    before, after = edge(**WITH_DOMAIN).bodies, both().bodies
    changed = {address for address, body in before.items() if after[address] != body}
    assert changed == {"aws_s3_bucket_policy.access_logs_policy"}


def test_the_two_share_no_security_group_target_group_or_certificate() -> None:
    made = both()
    for id_ in ("load_balancer", "internal_load_balancer"):
        prefix = id_.removesuffix("load_balancer")
        group = f"${{aws_security_group.{id_}_security_group.id}}"
        assert made.one("aws_lb", id_)["security_groups"] == [group]
        listener = made.one("aws_lb_listener", f"{prefix}https_listener")
        assert listener["load_balancer_arn"] == f"${{aws_lb.{id_}.arn}}"
        targets = f"${{aws_lb_target_group.{prefix}https_targets.arn}}"
        assert listener["default_action"][0]["target_group_arn"] == targets
        validation = f"aws_acm_certificate_validation.{prefix}certificate_validation"
        assert listener["certificate_arn"] == f"${{{validation}.certificate_arn}}"


def test_only_the_given_blocks_reach_it_and_by_default_only_private_ones() -> None:
    def blocks(made: EdgeOutput) -> set[str]:
        rules = {id_: body for id_, body in made.of(INGRESS).items() if "internal" in id_}
        assert {rule["from_port"] for rule in rules.values()} == {80, 443}
        return {rule["cidr_ipv4"] for rule in rules.values()}

    assert blocks(both()) == {"10.0.0.0/16"}
    default = {key: value for key, value in INTERNAL.items() if key != "cidrs"}
    private = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
    assert blocks(edge(enabled=False, internal=default)) == private


def test_its_names_are_in_a_private_zone_of_this_vpc() -> None:
    made = both()
    zone = made.one("aws_route53_zone", "internal_zone")
    assert zone["name"] == PRIVATE
    assert zone["vpc"] == [{"vpc_id": "${data.terraform_remote_state.network.outputs.vpc_id}"}]
    assert zone["lifecycle"]["ignore_changes"] == ["vpc"]
    records = of_names(made, "internal_alias")
    assert {body["name"] for body in records.values()} == {PRIVATE, f"*.{PRIVATE}"}
    assert {body["zone_id"] for body in records.values()} == {
        "${aws_route53_zone.internal_zone.zone_id}"
    }
    assert {body["alias"]["name"] for body in records.values()} == {
        "${aws_lb.internal_load_balancer.dns_name}"
    }
    output = made.json["output"]["internal_hosted_zone_id"]["value"]
    assert output == "${aws_route53_zone.internal_zone.zone_id}"


def test_a_given_zone_is_used_and_not_created() -> None:
    made = both(hosted_zone={"id": "Z00000000000000000001", "name": PRIVATE})
    assert made.of("aws_route53_zone") == {}
    zones = {body["zone_id"] for body in of_names(made, "internal_alias").values()}
    assert zones == {"Z00000000000000000001"}
    assert made.json["output"]["internal_hosted_zone_id"]["value"] == "Z00000000000000000001"


def test_a_public_certificate_is_validated_in_the_public_zone() -> None:
    made = both()
    assert made.one("aws_acm_certificate", "internal_certificate")["domain_name"] == PRIVATE
    [record] = of_names(made, "internal_validation").values()
    assert record["zone_id"] == ZONE["id"]
    assert record["type"] == "CNAME"


def test_a_private_ca_issues_without_validation() -> None:
    made = alone(validation_zone=None, certificate_authority_arn=CA)
    certificate = made.one("aws_acm_certificate", "internal_certificate")
    assert certificate["certificate_authority_arn"] == CA
    assert "validation_method" not in certificate
    assert made.of("aws_acm_certificate_validation") == {}
    listener = made.one("aws_lb_listener", "internal_https_listener")
    assert listener["certificate_arn"] == "${aws_acm_certificate.internal_certificate.arn}"


def test_a_given_certificate_is_used_and_not_requested() -> None:
    made = alone(validation_zone=None, certificate_arn=ARN)
    assert made.of("aws_acm_certificate") == {}
    assert made.one("aws_lb_listener", "internal_https_listener")["certificate_arn"] == ARN


def test_without_a_certificate_it_serves_plain_http() -> None:
    made = alone(validation_zone=None, plain_http=True)
    assert set(made.of("aws_lb_listener")) == {"internal_http_listener"}
    assert set(made.of("aws_lb_target_group")) == {"internal_http_targets"}
    assert {rule["from_port"] for rule in made.of(INGRESS).values()} == {80}


def test_no_challenge_of_acme_is_forwarded() -> None:
    """Port 80 only redirects: no ACME server reaches it."""
    assert alone().of("aws_lb_listener_rule") == {}
    assert set(both().of("aws_lb_listener_rule")) == {"acme_challenge"}


def test_an_nlb_passes_tls_through_and_writes_no_log() -> None:
    made = edge(enabled=False, internal=NLB)
    balancer = made.one("aws_lb", "internal_load_balancer")
    assert balancer["load_balancer_type"] == "network"
    assert balancer["security_groups"]
    listeners = made.of("aws_lb_listener").values()
    assert {body["protocol"] for body in listeners} == {"TCP"}
    assert made.of("aws_s3_bucket") == {}


def test_each_writes_its_logs_to_a_folder_of_its_own() -> None:
    made = both()
    logs = {id_: body["access_logs"] for id_, body in made.of("aws_lb").items()}
    assert logs["load_balancer"]["prefix"] == "load-balancer"
    assert logs["internal_load_balancer"]["prefix"] == "internal-load-balancer"
    policy = made.one("aws_s3_bucket_policy", "access_logs_policy")["policy"]
    for each in logs.values():
        assert f"/{each['prefix']}/AWSLogs/123456789012/*" in policy


def test_alone_there_is_nothing_of_a_public_one() -> None:
    made = alone()
    assert set(made.of("aws_lb")) == {"internal_load_balancer"}
    names = made.json["output"]
    assert names
    assert all(name.startswith("internal_") for name in names)
    assert "public_subnet_ids" not in str(made.json["resource"])


def test_its_outputs_are_those_of_the_public_one_with_a_prefix() -> None:
    names = set(both().json["output"])
    public = {name for name in names if not name.startswith("internal_")}
    assert {f"internal_{name}" for name in public} <= names
    assert "internal_target_group_arns" in names


def test_protection_covers_the_load_balancer_and_the_zone() -> None:
    made = edge(enabled=False, deletion_protection=True, internal=INTERNAL)
    balancer = made.one("aws_lb", "internal_load_balancer")
    assert balancer["enable_deletion_protection"] is True
    zone = made.one("aws_route53_zone", "internal_zone")
    assert zone["lifecycle"]["prevent_destroy"] is True
    assert zone["force_destroy"] is False
    unprotected = alone().one("aws_route53_zone", "internal_zone")
    assert unprotected["force_destroy"] is True
