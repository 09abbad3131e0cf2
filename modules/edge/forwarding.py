"""Where a listener forwards requests: to the target groups of one environment, or of several."""

from collections.abc import Iterator, Mapping
from typing import Final

from cdktf_cdktf_provider_aws.lb_listener import (
    LbListenerDefaultAction,
    LbListenerDefaultActionForward,
    LbListenerDefaultActionForwardTargetGroup,
)
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleActionForward,
    LbListenerRuleActionForwardTargetGroup,
    LbListenerRuleCondition,
    LbListenerRuleConditionHttpHeader,
)
from constructs import Construct

from config.derived import shared_edge
from config.derived.front_doors import FrontDoor
from config.sections.edge_load_balancers import TargetGroup

TargetGroupArns = Mapping[str, Mapping[TargetGroup, str]]
"""ARNs of target groups by environment, and there by http and https."""

TEST_PRIORITY: Final = 10
"""Priority of the first rule for tests; those before it are for certificates and health checks."""


def default_action(
    door: FrontDoor, arns: TargetGroupArns, key: TargetGroup
) -> LbListenerDefaultAction:
    """Forwards to the target group of one environment, or by `edge.weights` to those of several.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
    """
    if not shared_edge.weights(door):
        return LbListenerDefaultAction(
            type="forward", target_group_arn=arns[door.environment.name][key]
        )
    groups = [
        LbListenerDefaultActionForwardTargetGroup(arn=arn, weight=weight)
        for arn, weight in _weighted(door, arns, key)
    ]
    forward = LbListenerDefaultActionForward(target_group=groups)
    return LbListenerDefaultAction(type="forward", forward=forward)


def rule_action(door: FrontDoor, arns: TargetGroupArns, key: TargetGroup) -> LbListenerRuleAction:
    """The same as an action of a rule."""
    if not shared_edge.weights(door):
        return LbListenerRuleAction(
            type="forward", target_group_arn=arns[door.environment.name][key]
        )
    groups = [
        LbListenerRuleActionForwardTargetGroup(arn=arn, weight=weight)
        for arn, weight in _weighted(door, arns, key)
    ]
    forward = LbListenerRuleActionForward(target_group=groups)
    return LbListenerRuleAction(type="forward", forward=forward)


def header_rules(
    scope: Construct,
    door: FrontDoor,
    listener_arn: str,
    arns: TargetGroupArns,
    key: TargetGroup,
) -> None:
    """Forwards requests with `edge.test_header` to the environment that its value names."""
    header, weights = door.environment.edge.test_header, shared_edge.weights(door)
    if header is None:
        return
    for index, name in enumerate(sorted(weights)):
        condition = LbListenerRuleConditionHttpHeader(http_header_name=header, values=[name])
        LbListenerRule(
            scope,
            f"test_{name.replace('-', '_')}",
            listener_arn=listener_arn,
            priority=TEST_PRIORITY + index,
            condition=[LbListenerRuleCondition(http_header=condition)],
            action=[LbListenerRuleAction(type="forward", target_group_arn=arns[name][key])],
            tags={"Name": f"test-{name}"},
        )


def _weighted(
    door: FrontDoor, arns: TargetGroupArns, key: TargetGroup
) -> Iterator[tuple[str, int]]:
    for name, weight in sorted(shared_edge.weights(door).items()):
        yield arns[name][key], weight
