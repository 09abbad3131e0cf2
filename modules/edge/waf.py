"""AWS WAF in front of the Application Load Balancer."""

from typing import Any, Final

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleActionCount,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionCount,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)
from constructs import Construct

from config.derived import edge_names
from config.environment import Environment
from config.sections.edge import Waf
from modules.edge.waf_groups import GROUPS
from modules.logs.encrypted_log_group import EncryptedLogGroup

RATE_LIMIT: Final = "rate-limit"

REDACTED_HEADERS: Final = ("authorization", "cookie")
"""Redacted from the log, because they would let a reader impersonate the user."""


def web_acl(scope: Construct, environment: Environment, load_balancer: Lb) -> None:
    """Makes the web ACL and its log, and associates it with the Application Load Balancer.

    Source: https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html
    """
    settings = environment.edge.waf
    name = f"{environment.name}-edge"
    acl = Wafv2WebAcl(
        scope,
        "web_acl",
        name=name,
        description=f"Front door of {environment.name}",
        scope="REGIONAL",
        default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
        rule=[*_rate_rule(settings), *_managed_rules(settings)],
        visibility_config=Wafv2WebAclVisibilityConfig(
            cloudwatch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
        ),
        tags={"Name": name},
    )
    Wafv2WebAclAssociation(
        scope, "web_acl_association", web_acl_arn=acl.arn, resource_arn=load_balancer.arn
    )
    _log(scope, environment, acl)


def _rate_rule(settings: Waf) -> list[Wafv2WebAclRule]:
    if settings.rate_limit is None:
        return []
    action = Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock())
    if settings.mode == "count":
        action = Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount())
    # It is evaluated first: it is the cheapest, and keeps a flood away from the others.
    statement = {"rate_based_statement": {"limit": settings.rate_limit, "aggregate_key_type": "IP"}}
    return [_rule(RATE_LIMIT, 0, statement, action=action)]


def _managed_rules(settings: Waf) -> list[Wafv2WebAclRule]:
    # A group has the same priority whether others are enabled or not.
    override: Any = Wafv2WebAclRuleOverrideAction(none={})
    if settings.mode == "count":
        override = Wafv2WebAclRuleOverrideAction(count=Wafv2WebAclRuleOverrideActionCount())
    rules: list[Wafv2WebAclRule] = []
    for position, (key, group) in enumerate(GROUPS.items(), start=1):
        if key not in settings.rule_groups:
            continue
        statement: dict[str, Any] = {"vendor_name": "AWS", "name": group.name}
        counted = settings.count_rules.get(key, [])
        if counted:
            statement["rule_action_override"] = [
                {"name": name, "action_to_use": {"count": {}}} for name in counted
            ]
        rules.append(
            _rule(
                group.name,
                position,
                {"managed_rule_group_statement": statement},
                override_action=override,
            )
        )
    return rules


def _rule(name: str, priority: int, statement: dict[str, Any], **action: Any) -> Wafv2WebAclRule:
    # The bindings do not type a rule's statement; the keys are those of Terraform's JSON.
    return Wafv2WebAclRule(
        name=name,
        priority=priority,
        statement=statement,
        visibility_config=Wafv2WebAclRuleVisibilityConfig(
            cloudwatch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
        ),
        **action,
    )


def _log(scope: Construct, environment: Environment, acl: Wafv2WebAcl) -> None:
    """Logs requests, encrypted and without credentials."""
    logs = EncryptedLogGroup(
        scope,
        environment,
        key_id="web_acl_log_key",
        group_id="web_acl_log_group",
        name=edge_names.firewall_log_group(environment),
        alias=f"alias/{environment.name}-edge-firewall-logs",
        description=f"Firewall log of {environment.name}",
        retention_days=environment.edge.waf.log_retention_days,
    )
    Wafv2WebAclLoggingConfiguration(
        scope,
        "web_acl_logging",
        resource_arn=acl.arn,
        log_destination_configs=[logs.group.arn],
        redacted_fields=[
            Wafv2WebAclLoggingConfigurationRedactedFields(
                single_header=Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(name=header)
            )
            for header in REDACTED_HEADERS
        ],
    )
