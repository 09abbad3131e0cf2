"""AWS WAF: rules, their order, and the redacted log."""

from typing import Any

import pytest

from config.types.edge import RuleGroup
from modules.edge.waf_groups import CAPACITY, GROUPS, RATE_RULE_CAPACITY
from support.edge import EdgeOutput, edge

DEFAULT_RULES = [
    "rate-limit",
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesSQLiRuleSet",
]


def firewall(**settings: Any) -> EdgeOutput:
    return edge(waf={"enabled": True, **settings})


def rules(made: EdgeOutput) -> list[dict[str, Any]]:
    return made.one("aws_wafv2_web_acl", "web_acl")["rule"]


@pytest.fixture(scope="module")
def default() -> EdgeOutput:
    return firewall()


def test_it_is_not_made_by_default() -> None:
    assert not [address for address in edge().bodies if "waf" in address or "web_acl" in address]


def test_it_is_associated_with_the_load_balancer(default: EdgeOutput) -> None:
    association = default.one("aws_wafv2_web_acl_association", "web_acl_association")
    assert association["resource_arn"] == "${aws_lb.load_balancer.arn}"
    assert association["web_acl_arn"] == "${aws_wafv2_web_acl.web_acl.arn}"


def test_the_rate_limit_precedes_the_managed_rules(default: EdgeOutput) -> None:
    made = rules(default)
    assert [rule["name"] for rule in made] == DEFAULT_RULES
    priorities = [rule["priority"] for rule in made]
    assert priorities == sorted(set(priorities))
    rate = made[0]
    assert rate["action"] == {"block": {}}
    assert rate["statement"]["rate_based_statement"]["limit"] == 2000
    assert all(rule["override_action"] == {"none": {}} for rule in made[1:])


def test_in_count_mode_nothing_is_blocked() -> None:
    made = rules(firewall(mode="count"))
    assert made[0]["action"] == {"count": {}}
    assert all(rule["override_action"] == {"count": {}} for rule in made[1:])


def test_a_single_rule_can_be_made_to_count_only() -> None:
    made = rules(firewall(count_rules={"common": ["SizeRestrictions_BODY"]}))
    overrides = {
        rule["name"]: statement["rule_action_override"]
        for rule in made
        if "rule_action_override"
        in (statement := rule["statement"].get("managed_rule_group_statement", {}))
    }
    assert overrides == {
        "AWSManagedRulesCommonRuleSet": [
            {"name": "SizeRestrictions_BODY", "action_to_use": {"count": {}}}
        ]
    }


def test_priorities_do_not_depend_on_the_order_in_the_file() -> None:
    one, two = (
        rules(firewall(rule_groups=order)) for order in (["sql", "admin"], ["admin", "sql"])
    )
    assert one == two


def test_without_a_limit_there_is_no_rate_rule() -> None:
    assert "rate-limit" not in [rule["name"] for rule in rules(firewall(rate_limit=None))]


def test_all_groups_fit_the_included_capacity() -> None:
    assert set(GROUPS) == set(RuleGroup.__args__)
    assert sum(group.capacity for group in GROUPS.values()) + RATE_RULE_CAPACITY <= CAPACITY


def test_its_log_is_encrypted_and_redacted(default: EdgeOutput) -> None:
    logging = default.one("aws_wafv2_web_acl_logging_configuration", "web_acl_logging")
    headers = [field["single_header"]["name"] for field in logging["redacted_fields"]]
    assert headers == ["authorization", "cookie"]
    group = default.one("aws_cloudwatch_log_group", "web_acl_log_group")
    assert group["name"].startswith("aws-waf-logs-")
    assert group["kms_key_id"] == "${aws_kms_key.web_acl_log_key.arn}"
    assert group["retention_in_days"] == 365
    key = default.one("aws_kms_key", "web_acl_log_key")
    assert key["enable_key_rotation"] is True
    assert f"log-group:{group['name']}" in key["policy"]
