"""What the rules of the `edge` section refuse, and the paths in their messages."""

from typing import Any

import pytest
from pydantic import ValidationError

from rules.registration import warnings
from support.edge import ARN, NAMES, WITH_DOMAIN, ZONE, ZONE_NAME
from support.environments import environment, problems, warned

PRIVATE = {**ZONE, "private": True}
TERMINATING = {"load_balancer": "nlb", "nlb": {"tls": "terminate"}}
SUBNETS = {"a": "10.0.31.0/28", "b": "10.0.31.16/28", "c": "10.0.31.32/28"}


def case(path: str, message: str, **edge: Any) -> Any:
    return pytest.param(edge, path, message, id=f"{path}: {message}")


def inspection(**subnets: str) -> dict[str, Any]:
    return {"enabled": True, "subnets": subnets}


@pytest.mark.parametrize(
    ("settings", "path", "message"),
    [
        case("domain_names", "has no effect without edge.hosted_zone", domain_names=NAMES),
        case("domain_names", "is missing: names in platform.example.com", hosted_zone=ZONE),
        case(
            "domain_names.1",
            "is not in the hosted zone",
            hosted_zone=ZONE,
            domain_names=[ZONE_NAME, "other-platform.example.com"],
        ),
        case(
            "domain_names.1",
            "is a duplicate",
            hosted_zone=ZONE,
            domain_names=[ZONE_NAME, ZONE_NAME],
        ),
        case(
            "domain_names",
            "are too many for one certificate",
            hosted_zone=ZONE,
            domain_names=[f"a{number}.{ZONE_NAME}" for number in range(11)],
        ),
        case(
            "domain_names.0",
            "is too long for the first name",
            hosted_zone=ZONE,
            domain_names=[f"{'a' * 44}.{ZONE_NAME}"],
        ),
        case("certificate_arn", "is in eu-west-3", certificate_arn=ARN.replace("west-1", "west-3")),
        case(
            "certificate_arn",
            "is of partition aws-cn",
            certificate_arn=ARN.replace("s:", "s-cn:", 1),
        ),
        case(
            "certificate_arn",
            "is of account 999",
            certificate_arn=ARN.replace("123456789012", "9" * 12),
        ),
        case("certificate_arn", "has no effect", certificate_arn=ARN, load_balancer="nlb"),
        case(
            "hosted_zone.private",
            "needs edge.certificate_arn",
            hosted_zone=PRIVATE,
            domain_names=NAMES,
        ),
        case("nlb.tls", "needs a certificate, and there is none", **TERMINATING),
        case("nlb.cross_zone", "has no effect", nlb={"cross_zone": False}),
        case(
            "waf.enabled",
            "needs an Application Load Balancer",
            load_balancer="nlb",
            waf={"enabled": True},
        ),
        case("idle_timeout_seconds", "has no effect", load_balancer="nlb", idle_timeout_seconds=90),
        case("waf.rule_groups.1", "is a duplicate", waf={"rule_groups": ["sql", "sql"]}),
        case(
            "waf.count_rules.linux", "is a rule group", waf={"count_rules": {"linux": ["LFI_BODY"]}}
        ),
        case(
            "waf.rule_groups",
            "is empty, and there is no rate limit",
            waf={"enabled": True, "rule_groups": [], "rate_limit": None},
        ),
        case("cidrs.1", "is a duplicate", cidrs=["192.0.2.0/24", "192.0.2.0/24"]),
        case(
            "inspection.subnets",
            "lacks a block for zone b, c",
            inspection=inspection(a="10.0.31.0/28"),
        ),
        case(
            "inspection.subnets.f",
            "is a zone that network.availability_zones does not name",
            inspection=inspection(**SUBNETS, f="10.0.31.64/28"),
        ),
        case(
            "inspection.subnets.a",
            "is not inside the VPC",
            inspection=inspection(**{**SUBNETS, "a": "10.1.0.0/28"}),
        ),
        case(
            "inspection.subnets.a",
            "is too small",
            inspection=inspection(**{**SUBNETS, "a": "10.0.31.0/29"}),
        ),
        case(
            "inspection.subnets.a",
            "overlaps the private subnet of zone a",
            inspection=inspection(**{**SUBNETS, "a": "10.0.11.0/28"}),
        ),
        case(
            "inspection.subnets.a",
            "overlaps the control-plane subnet of zone a",
            inspection=inspection(**{**SUBNETS, "a": "10.0.28.0/28"}),
        ),
        case(
            "inspection.subnets.b",
            "overlaps that of zone a",
            inspection=inspection(**{**SUBNETS, "b": "10.0.31.0/28"}),
        ),
    ],
)
def test_it_is_refused_where_it_stands(settings: dict[str, Any], path: str, message: str) -> None:
    found = [
        (".".join(map(str, problem.path)), problem.message)
        for problem in problems(environment(edge=settings))
    ]
    assert len(found) == 1, found
    assert found[0][0] == f"edge.{path}"
    assert message in found[0][1]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"enabled": False},
        {"load_balancer": "nlb"},
        WITH_DOMAIN,
        {"certificate_arn": ARN},
        {**WITH_DOMAIN, "load_balancer": "nlb"},
        {**WITH_DOMAIN, **TERMINATING},
        {**TERMINATING, "certificate_arn": ARN},
        {"hosted_zone": PRIVATE, "domain_names": NAMES, "certificate_arn": ARN},
        {"hosted_zone": PRIVATE, "domain_names": NAMES, "load_balancer": "nlb"},
        {"waf": {"enabled": True, "rule_groups": []}},
        {"inspection": inspection(**SUBNETS)},
        {"inspection": {**inspection(**SUBNETS), "routes": True}},
    ],
)
def test_it_is_accepted(settings: dict[str, Any]) -> None:
    assert problems(environment(edge=settings)) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"hosted_zone": {**ZONE, "name": "platform.example.com."}},
        {"hosted_zone": {**ZONE, "id": "/hostedzone/Z1"}},
        {"domain_names": ["Platform.example.com"]},
        {"domain_names": ["a.*.example.com"]},
        {"domain_names": ["example"]},
        {"domain_names": [f"{'a' * 64}.example.com"]},
        {"certificate_arn": "arn:aws:iam::123456789012:server-certificate/x"},
        {"cidrs": []},
        {"targets": {"http_port": 0}},
        {"targets": {"health_check_path": "nginx-health"}},
        {"waf": {"rate_limit": 9}},
        {"minimum_tls_version": "1.1"},
    ],
)
def test_a_form_that_aws_would_not_take_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        environment(edge=settings)


def test_without_a_domain_or_certificate_plain_http_has_to_be_allowed() -> None:
    [problem] = problems(environment(edge={"plain_http": False}))
    assert problem.path == ("edge", "hosted_zone")
    assert "edge.plain_http: true" in problem.allowed
    assert problems(environment(edge={"plain_http": True})) == []


@pytest.mark.parametrize(
    "platform",
    [
        {"argo_cd": {"host": "tools.example.com"}},
        {"monitoring": {"grafana": {"host": "tools.example.com"}}},
        {"elasticsearch": {"kibana": {"host": "tools.example.com"}}},
    ],
)
def test_passwords_are_never_sent_over_plain_http(platform: dict[str, Any]) -> None:
    [problem] = problems(environment(platform=platform))
    assert problem.path[-1] == "host"
    assert "without HTTPS" in problem.message
    assert problems(environment(platform=platform, edge={"certificate_arn": ARN})) == []


def test_settings_of_a_load_balancer_that_is_off_are_warned_of() -> None:
    off = {**WITH_DOMAIN, "enabled": False, "waf": {"enabled": True}, "idle_timeout_seconds": 60}
    assert set(warned(edge=off)) == {("edge", "domain_names"), ("edge", "waf")}


def test_a_rule_of_the_firewall_that_does_not_exist_is_warned_of() -> None:
    waf = {"count_rules": {"common": ["SizeRestrictions_Body", "SizeRestrictions_BODY"]}}
    edge = {**WITH_DOMAIN, "plain_http": False, "waf": {"enabled": True, **waf}}
    [problem] = warnings(environment(edge=edge))
    assert problem.path == ("edge", "waf", "count_rules", "common", 0)
    assert problem.suggestion == "SizeRestrictions_BODY"


def test_leftover_permission_for_plain_http_is_warned_of() -> None:
    assert set(warned(edge={**WITH_DOMAIN, "plain_http": True})) == {("edge", "plain_http")}


@pytest.mark.parametrize("name", ["internal-shop", "internal"])
def test_a_name_that_aws_keeps_for_internal_load_balancers_is_refused(name: str) -> None:
    [problem] = problems(environment(name=name))
    assert problem.path == ("name",)
    assert "internal-" in problem.message


def test_without_an_edge_such_a_name_is_free() -> None:
    assert problems(environment(name="internal-shop", edge={"enabled": False})) == []


def test_a_missing_list_of_names_is_suggested() -> None:
    [problem] = problems(environment(edge={"hosted_zone": ZONE}))
    assert problem.suggestion == f"[{ZONE_NAME}, '*.{ZONE_NAME}']"


@pytest.mark.parametrize(
    ("routes", "nat", "paths"),
    [
        (False, "per_az", {("edge", "inspection", "routes")}),
        (True, "single", set()),
        (True, "regional", {("network", "nat")}),
    ],
)
def test_traffic_that_passes_the_appliances_by_is_warned_of(
    routes: bool, nat: str, paths: set[tuple[str, ...]]
) -> None:
    settings = {"inspection": {**inspection(**SUBNETS), "routes": routes}}
    found = warned(network={"nat": nat}, edge=settings)
    assert {path for path, text in found.items() if "inspected" in text} == paths
