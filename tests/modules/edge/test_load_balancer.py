"""The front door: security group, listeners, target groups and access logs."""

import json
from typing import Any

import pytest

from config.derived.front_doors import public
from support.edge import ARN, WITH_DOMAIN, EdgeOutput, edge
from support.environments import environment

INGRESS = "aws_vpc_security_group_ingress_rule"
EGRESS = "aws_vpc_security_group_egress_rule"
GROUP = "${aws_security_group.load_balancer_security_group.id}"
HTTP_TARGETS = "${aws_lb_target_group.http_targets.arn}"
HTTPS_TARGETS = "${aws_lb_target_group.https_targets.arn}"

NLB: dict[str, Any] = {"load_balancer": "nlb"}
TERMINATING_NLB: dict[str, Any] = {**NLB, "nlb": {"tls": "terminate"}, "certificate_arn": ARN}


@pytest.fixture(scope="module")
def alb() -> EdgeOutput:
    return edge(**WITH_DOMAIN)


@pytest.fixture(scope="module")
def nlb() -> EdgeOutput:
    return edge(**NLB)


def test_it_is_in_every_public_subnet(alb: EdgeOutput, nlb: EdgeOutput) -> None:
    for made in (alb, nlb):
        balancer = made.one("aws_lb", "load_balancer")
        public = "data.terraform_remote_state.network.outputs.public_subnet_ids"
        assert balancer["subnets"] == [f"${{{public}.{zone}}}" for zone in "abc"]
        assert balancer["internal"] is False
        assert balancer["security_groups"] == [GROUP]


def test_an_alb_drops_invalid_headers_and_mitigates_desync(alb: EdgeOutput) -> None:
    balancer = alb.one("aws_lb", "load_balancer")
    assert balancer["load_balancer_type"] == "application"
    assert balancer["drop_invalid_header_fields"] is True
    assert balancer["desync_mitigation_mode"] == "defensive"
    assert edge(idle_timeout_seconds=300).one("aws_lb", "load_balancer")["idle_timeout"] == 300


def test_traffic_can_be_shifted_away_from_a_zone(alb: EdgeOutput) -> None:
    assert "enable_zonal_shift" not in alb.one("aws_lb", "load_balancer")
    for settings in (WITH_DOMAIN, NLB):
        made = edge(zonal_shift=True, **settings)
        assert made.one("aws_lb", "load_balancer")["enable_zonal_shift"] is True


def test_ingress_is_on_80_and_443_from_the_configured_blocks_only() -> None:
    made = edge(cidrs=["192.0.2.0/24", "198.51.100.0/24"], **WITH_DOMAIN)
    rules = {(rule["cidr_ipv4"], rule["from_port"]) for rule in made.of(INGRESS).values()}
    assert rules == {
        (cidr, port) for cidr in ("192.0.2.0/24", "198.51.100.0/24") for port in (80, 443)
    }
    assert all(rule["from_port"] == rule["to_port"] for rule in made.of(INGRESS).values())


def test_egress_is_to_the_vpc_on_the_targets_ports_only() -> None:
    targets: Any = {"http_port": 8000, "https_port": 8443, "health_check_port": 8080}
    made = edge(targets=targets, **WITH_DOMAIN)
    rules = {(rule["cidr_ipv4"], rule["from_port"]) for rule in made.of(EGRESS).values()}
    assert rules == {("10.0.0.0/16", port) for port in (8000, 8080, 8443)}


def test_egress_is_also_to_pods_in_a_secondary_block() -> None:
    made = edge(pods={"secondary_cidr": "100.64.0.0/16"}, **WITH_DOMAIN)
    blocks = {"10.0.0.0/16", "100.64.0.0/16"}
    for port in public(environment(edge=WITH_DOMAIN)).target_ports:
        rules = made.of(EGRESS).values()
        assert {rule["cidr_ipv4"] for rule in rules if rule["from_port"] == port} == blocks


def test_the_nodes_rules_have_the_same_ports() -> None:
    """`target_ports` is the only source of the egress rules."""
    other: dict[str, Any] = {"targets": {"health_check_port": 1042}}
    for settings in ({}, WITH_DOMAIN, NLB, other):
        made = {rule["from_port"] for rule in edge(**settings).of(EGRESS).values()}
        assert made == set(public(environment(edge=settings)).target_ports)


def test_every_rule_has_a_reason(alb: EdgeOutput) -> None:
    for type_ in (INGRESS, EGRESS, "aws_security_group"):
        assert alb.of(type_)
        for rule in alb.of(type_).values():
            assert rule["description"]


def test_the_maximum_of_cidr_blocks_fits_the_quota_of_rules() -> None:
    blocks = [f"10.{number}.0.0/16" for number in range(25)]
    assert len(edge(cidrs=blocks, **WITH_DOMAIN).of(INGRESS)) <= 60


def test_http_is_redirected_to_https(alb: EdgeOutput) -> None:
    listener = alb.one("aws_lb_listener", "http_listener")
    [action] = listener["default_action"]
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert action["redirect"] == {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}


def test_acme_challenges_are_answered_over_plain_http(alb: EdgeOutput) -> None:
    [rule] = alb.of("aws_lb_listener_rule").values()
    assert rule["listener_arn"] == "${aws_lb_listener.http_listener.arn}"
    assert rule["condition"] == [{"path_pattern": {"values": ["/.well-known/acme-challenge/*"]}}]
    assert rule["action"] == [{"type": "forward", "target_group_arn": HTTP_TARGETS}]


@pytest.mark.parametrize(
    ("version", "policy"),
    [
        ("1.3", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
        ("1.2", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
    ],
)
def test_the_minimum_tls_version_can_be_configured(version: str, policy: str) -> None:
    for settings in (WITH_DOMAIN, TERMINATING_NLB):
        made = edge(minimum_tls_version=version, **settings)
        assert made.one("aws_lb_listener", "https_listener")["ssl_policy"] == policy


def test_tls_1_3_is_the_default(alb: EdgeOutput) -> None:
    assert "TLS13-1-3" in alb.one("aws_lb_listener", "https_listener")["ssl_policy"]


def test_an_alb_encrypts_traffic_to_its_targets(alb: EdgeOutput) -> None:
    listener = alb.one("aws_lb_listener", "https_listener")
    assert listener["default_action"] == [{"type": "forward", "target_group_arn": HTTPS_TARGETS}]
    group = alb.one("aws_lb_target_group", "https_targets")
    assert (group["protocol"], group["port"]) == ("HTTPS", 443)


def test_targets_are_ip_addresses_with_a_health_check(alb: EdgeOutput, nlb: EdgeOutput) -> None:
    for made in (alb, nlb):
        groups = made.of("aws_lb_target_group")
        assert set(groups) == {"http_targets", "https_targets"}
        for group in groups.values():
            assert group["target_type"] == "ip"
            check = group["health_check"]
            assert (check["protocol"], check["port"]) == ("HTTP", "80")
            assert (check["path"], check["matcher"]) == ("/nginx-health", "200")
            assert check["timeout"] < check["interval"]


def test_a_target_group_is_created_before_the_old_one_is_destroyed(alb: EdgeOutput) -> None:
    for group in alb.of("aws_lb_target_group").values():
        assert group["lifecycle"] == {"create_before_destroy": True}


def test_without_a_domain_and_a_certificate_an_alb_serves_http() -> None:
    made = edge()
    [listener] = made.of("aws_lb_listener").values()
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert listener["default_action"] == [{"type": "forward", "target_group_arn": HTTP_TARGETS}]
    assert set(made.of("aws_lb_target_group")) == {"http_targets"}
    assert {rule["from_port"] for rule in made.of(INGRESS).values()} == {80}
    assert "certificate_arn" not in made.json["output"]


def test_an_nlb_passes_tls_through_to_the_pods(nlb: EdgeOutput) -> None:
    assert nlb.one("aws_lb", "load_balancer")["load_balancer_type"] == "network"
    listeners = nlb.of("aws_lb_listener")
    assert {(one["port"], one["protocol"]) for one in listeners.values()} == {
        (80, "TCP"),
        (443, "TCP"),
    }
    assert all("certificate_arn" not in one for one in listeners.values())
    groups = nlb.of("aws_lb_target_group").values()
    assert {group["protocol"] for group in groups} == {"TCP"}
    assert nlb.of("aws_lb_listener_rule") == {}


def test_an_nlb_that_terminates_tls_encrypts_traffic_to_its_targets() -> None:
    made = edge(**TERMINATING_NLB)
    listener = made.one("aws_lb_listener", "https_listener")
    assert (listener["protocol"], listener["certificate_arn"]) == ("TLS", ARN)
    assert made.one("aws_lb_target_group", "https_targets")["protocol"] == "TLS"
    assert made.one("aws_lb_target_group", "http_targets")["protocol"] == "TCP"


def test_behind_an_nlb_pods_see_the_clients_address(nlb: EdgeOutput) -> None:
    groups = nlb.of("aws_lb_target_group").values()
    assert {group["preserve_client_ip"] for group in groups} == {"true"}


def test_an_nlb_is_cross_zone_by_default(nlb: EdgeOutput) -> None:
    key = "enable_cross_zone_load_balancing"
    assert nlb.one("aws_lb", "load_balancer")[key] is True
    kept = edge(**NLB, nlb={"cross_zone": False})
    assert kept.one("aws_lb", "load_balancer")[key] is False


def test_deletion_protection_keeps_the_load_balancer_and_its_log() -> None:
    for protected in (False, True):
        made = edge(deletion_protection=protected)
        assert made.one("aws_lb", "load_balancer")["enable_deletion_protection"] is protected
        logs = made.one("aws_s3_bucket", "access_logs")
        assert logs.get("force_destroy", False) is not protected


def test_access_logs_go_to_a_bucket_that_only_aws_writes_to(alb: EdgeOutput) -> None:
    balancer = alb.one("aws_lb", "load_balancer")
    assert balancer["access_logs"]["enabled"] is True
    assert "aws_s3_bucket_policy.access_logs_policy" in balancer["depends_on"]
    policy = json.loads(alb.one("aws_s3_bucket_policy", "access_logs_policy")["policy"])
    [allowed] = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert allowed["Action"] == "s3:PutObject"
    assert allowed["Resource"].endswith("/load-balancer/AWSLogs/123456789012/*")


def test_an_nlbs_log_comes_from_this_account_only() -> None:
    made = edge(**TERMINATING_NLB)
    policy = json.loads(made.one("aws_s3_bucket_policy", "access_logs_policy")["policy"])
    allowed = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
    assert {s["Action"] for s in allowed} == {"s3:PutObject", "s3:GetBucketAcl"}
    for statement in allowed:
        assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == "123456789012"


@pytest.mark.parametrize("settings", [{"access_logs": {"enabled": False}}, NLB])
def test_without_access_logs_there_is_no_bucket(settings: dict[str, Any]) -> None:
    made = edge(**settings)
    assert made.of("aws_s3_bucket") == {}
    assert "access_logs" not in made.one("aws_lb", "load_balancer")
