"""The SNS topic of cost alarms: encrypted, for the two services that publish to it."""

from typing import Final

from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from constructs import Construct

from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Condition, Statement, policy_document

PUBLISHERS: Final = {"Budgets": "budgets.amazonaws.com", "Anomalies": "costalerts.amazonaws.com"}
"""AWS Budgets and Cost Anomaly Detection.
https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html,
https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html"""


def cost_topic(scope: Construct, environment: Environment) -> SnsTopic:
    """Makes the topic with its key and its policy."""
    name = f"{environment.name}-cost"
    from_here: Condition = {"StringEquals": {"aws:SourceAccount": environment.account}}
    key = EncryptionKey(
        scope,
        "cost_topic_key",
        environment,
        alias=f"alias/{name}",
        description=f"Cost alarms of {environment.name}",
        services=[
            Statement(
                sid,
                ["kms:Decrypt", "kms:GenerateDataKey*"],
                ["*"],
                principals={"Service": [service]},
                conditions=from_here,
            )
            for sid, service in PUBLISHERS.items()
        ],
    )
    topic = SnsTopic(scope, "cost_topic", name=name, kms_master_key_id=key.arn)
    arn = f"arn:{environment.partition}:sns:{environment.region}:{environment.account}:{name}"
    SnsTopicPolicy(
        scope,
        "cost_topic_policy",
        arn=topic.arn,
        policy=policy_document(
            *(
                Statement(
                    sid,
                    ["sns:Publish"],
                    [arn],
                    principals={"Service": [service]},
                    conditions=from_here,
                )
                for sid, service in PUBLISHERS.items()
            ),
            Statement(
                "DenyInsecureTransport",
                ["sns:Publish"],
                [arn],
                principals={"*": ["*"]},
                conditions={"Bool": {"aws:SecureTransport": "false"}},
                effect="Deny",
            ),
        ),
    )
    return topic
