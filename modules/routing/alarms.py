"""Alarms of the regions' health, with an SNS topic for e-mail."""

from collections.abc import Mapping
from typing import Final

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement

METRICS_REGION: Final = "us-east-1"
"""Where Route 53 writes its metrics.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html"""

_SECONDS: Final = 60


def health_alarms(
    scope: Construct,
    environment: Environment,
    health_checks: Mapping[str, str],
    provider: TerraformProvider | None,
) -> None:
    """Makes an alarm for each region, and a topic where `routing.emails` has recipients.

    Args:
        health_checks: ids by the code of the region.
        provider: that of `METRICS_REGION`; None where it is the stack's own.
    """
    topic = _topic(scope, environment, provider) if environment.routing.emails else None
    actions = [topic.arn] if topic else None
    for each in routing.routed_regions(environment):
        key = routing.code(each)
        CloudwatchMetricAlarm(
            scope,
            f"healthy_{key}_alarm",
            provider=provider,
            alarm_name=f"{each.name}-unhealthy",
            alarm_description=f"Route 53 leads no requests to {each.name} in {each.region}",
            namespace="AWS/Route53",
            metric_name="HealthCheckStatus",
            dimensions={"HealthCheckId": health_checks[key]},
            statistic="Minimum",
            period=_SECONDS,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",
            alarm_actions=actions,
            ok_actions=actions,
        )


def _topic(
    scope: Construct, environment: Environment, provider: TerraformProvider | None
) -> SnsTopic:
    """The topic, with a key of its own: CloudWatch cannot publish with the key that AWS manages.

    Source: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """
    name = f"{routing.owner(environment).name}-routing"
    key = EncryptionKey(
        scope,
        "routing_topic_key",
        environment,
        alias=f"alias/{name}",
        description=f"Health alarms of {name}",
        provider=provider,
        services=[
            Statement(
                "Alarms",
                ["kms:Decrypt", "kms:GenerateDataKey*"],
                ["*"],
                principals={"Service": ["cloudwatch.amazonaws.com"]},
                conditions={"StringEquals": {"aws:SourceAccount": environment.account}},
            )
        ],
    )
    topic = SnsTopic(
        scope, "routing_topic", provider=provider, name=name, kms_master_key_id=key.arn
    )
    for number, email in enumerate(environment.routing.emails, 1):
        SnsTopicSubscription(
            scope,
            f"routing_topic_email_{number}",
            provider=provider,
            topic_arn=topic.arn,
            protocol="email",
            endpoint=email,
        )
    return topic
