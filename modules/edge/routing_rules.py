"""Listener rules for Route 53's health checks of a platform in several regions."""

from typing import Final

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleActionFixedResponse,
    LbListenerRuleCondition,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.outputs import Output, add_outputs

HEALTH_PRIORITY: Final = 2
SWITCH_PRIORITY: Final = 3

SWITCHED_ON: Final = "200"
"""Status of the switch of a region that is to get no requests."""

SWITCHED_OFF: Final = "404"


def routing_rules(
    scope: Construct, environment: Environment, http_listener_arn: str, target_group_arn: str
) -> None:
    """Makes the rule of this region's health check, and the switch of the region before it.

    The health check is forwarded over plain HTTP: a redirect counts as healthy, although no pod
    answers, and the checkers do not support TLS 1.3. The switch is a fixed response that `make
    failover` changes with one call to this region; Terraform leaves it as it is.

    Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    if not routing.checks_health(environment):
        return

    def rule(id_: str, priority: int, path: str, action: LbListenerRuleAction) -> LbListenerRule:
        pattern = LbListenerRuleConditionPathPattern(values=[path])
        return LbListenerRule(
            scope,
            id_,
            listener_arn=http_listener_arn,
            priority=priority,
            condition=[LbListenerRuleCondition(path_pattern=pattern)],
            action=[action],
            tags={"Name": id_.replace("_", "-")},
        )

    forward = LbListenerRuleAction(type="forward", target_group_arn=target_group_arn)
    rule("routing_health_check", HEALTH_PRIORITY, environment.targets.health_check_path, forward)
    code = Output(routing.code(environment), "Code of the region, for `make failover`")
    add_outputs(scope, {"region_code": code})
    region = routing.guarded(environment)
    if region is None:
        return
    response = LbListenerRuleActionFixedResponse(
        content_type="text/plain", status_code=SWITCHED_OFF
    )
    switch = rule(
        "routing_switch",
        SWITCH_PRIORITY,
        routing.switch_path(region),
        LbListenerRuleAction(type="fixed-response", fixed_response=response),
    )
    switch.lifecycle = TerraformResourceLifecycle(ignore_changes=["action"])
    description = f"Rule that, with status {SWITCHED_ON}, leads requests away from {region.region}"
    add_outputs(scope, {"routing_switch_arn": Output(switch.arn, description)})
