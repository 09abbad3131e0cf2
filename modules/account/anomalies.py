"""Cost Anomaly Detection: a monitor of the environment's tag, and its subscriptions."""

import json
from typing import Final

from cdktf_cdktf_provider_aws.ce_anomaly_monitor import CeAnomalyMonitor
from cdktf_cdktf_provider_aws.ce_anomaly_subscription import (
    CeAnomalySubscription,
    CeAnomalySubscriptionSubscriber,
    CeAnomalySubscriptionThresholdExpression,
    CeAnomalySubscriptionThresholdExpressionAnd,
    CeAnomalySubscriptionThresholdExpressionAndDimension,
)
from constructs import Construct

from config.environment import Environment

UNUSED: Final = ("And", "CostCategories", "Dimensions", "Not", "Or")
"""Parts of an expression that AWS returns as null; without them every plan shows a change."""


def anomalies(scope: Construct, environment: Environment, topic_arn: str | None) -> None:
    """Makes the monitor and its subscriptions.

    AWS sends emails about anomalies at most daily, and messages to a topic immediately.

    Source: https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html
    """
    name = f"{environment.name}-anomalies"
    tag = {"Key": "environment", "MatchOptions": None, "Values": [environment.name]}
    monitor = CeAnomalyMonitor(
        scope,
        "anomaly_monitor",
        name=name,
        monitor_type="CUSTOM",
        monitor_specification=json.dumps({**dict.fromkeys(UNUSED), "Tags": tag}),
    )
    subscribers = {
        "DAILY": [("EMAIL", address) for address in environment.cost.emails],
        "IMMEDIATE": [("SNS", topic_arn)] if topic_arn else [],
    }
    settings = environment.cost.anomalies
    for frequency, addresses in subscribers.items():
        if addresses:
            CeAnomalySubscription(
                scope,
                f"anomaly_subscription_{frequency.lower()}",
                name=f"{name}-{frequency.lower()}",
                frequency=frequency,
                monitor_arn_list=[monitor.arn],
                subscriber=[
                    CeAnomalySubscriptionSubscriber(type=kind, address=address)
                    for kind, address in addresses
                ],
                threshold_expression=CeAnomalySubscriptionThresholdExpression(
                    and_=[
                        _at_least("ANOMALY_TOTAL_IMPACT_ABSOLUTE", settings.minimum_usd),
                        _at_least("ANOMALY_TOTAL_IMPACT_PERCENTAGE", settings.minimum_percent),
                    ]
                ),
            )


def _at_least(dimension: str, least: int) -> CeAnomalySubscriptionThresholdExpressionAnd:
    return CeAnomalySubscriptionThresholdExpressionAnd(
        dimension=CeAnomalySubscriptionThresholdExpressionAndDimension(
            key=dimension, match_options=["GREATER_THAN_OR_EQUAL"], values=[str(least)]
        )
    )
