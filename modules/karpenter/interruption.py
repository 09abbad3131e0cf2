"""The queue of interruption events for Karpenter, and the EventBridge rules that send to it."""

import json
from typing import Final, Literal

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement, policy_document
from modules.karpenter.events import EVENTS, event_pattern
from modules.karpenter.names import KarpenterNames

QueueEncryption = Literal["kms", "sqs"]
"""A customer managed KMS key, or the free keys that SQS manages."""

RETENTION_SECONDS: Final = 300
"""A warning comes two minutes ahead; after five minutes it is out of date.
https://karpenter.sh/docs/reference/cloudformation/#karpenterinterruptionqueue"""

DATA_KEY_SECONDS: Final = 300
"""How long SQS uses a data key before it requests another, for which KMS charges."""

DEAD_LETTER_SECONDS: Final = 1_209_600
"""The longest retention of SQS: 14 days."""

MAX_RECEIVE_COUNT: Final = 5
"""How often a message can be received before it moves to the dead-letter queue."""

TARGET_ID: Final = "KarpenterInterruptionQueueTarget"


class InterruptionQueue:
    """Encrypted queues, their policies, and five EventBridge rules (E1, J1).

    Messages that the controller cannot handle move to a dead-letter queue, where they can be read.

    Attributes:
        queue: the queue.
        key: the KMS key; None where SQS manages the keys.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        names: KarpenterNames,
        encryption: QueueEncryption = "kms",
    ) -> None:
        self.key = _key(scope, environment, names) if encryption == "kms" else None
        dead_letters = self._queue(
            scope,
            "karpenter_dead_letters",
            names.dead_letter_queue,
            DEAD_LETTER_SECONDS,
            policy_document(tls_only(names.dead_letter_queue_arn)),
        )
        redrive = {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": MAX_RECEIVE_COUNT}
        self.queue = self._queue(
            scope,
            "karpenter_interruption",
            names.queue,
            RETENTION_SECONDS,
            queue_policy(names),
            # Without spaces, as SQS returns it: otherwise every plan would show a change.
            json.dumps(redrive, separators=(",", ":")),
        )
        queue_arn = self.queue.arn
        for event in EVENTS:
            rule = CloudwatchEventRule(
                scope,
                f"karpenter_{event.id}",
                name=names.rule(event.name),
                description=f"{event.description}: tells Karpenter of cluster {names.cluster}",
                event_pattern=event_pattern(event),
            )
            CloudwatchEventTarget(
                scope,
                f"karpenter_{event.id}_target",
                rule=rule.name,
                target_id=TARGET_ID,
                arn=queue_arn,
            )

    def _queue(
        self,
        scope: Construct,
        id_: str,
        name: str,
        retention_seconds: int,
        policy: str,
        redrive_policy: str | None = None,
    ) -> SqsQueue:
        return SqsQueue(
            scope,
            id_,
            name=name,
            message_retention_seconds=retention_seconds,
            # A separate policy resource would wait again for SQS's propagation, and the queue would
            # exist before EventBridge may send to it.
            policy=policy,
            redrive_policy=redrive_policy,
            kms_master_key_id=self.key.arn if self.key else None,
            kms_data_key_reuse_period_seconds=DATA_KEY_SECONDS if self.key else None,
            sqs_managed_sse_enabled=None if self.key else True,
        )


def tls_only(queue_arn: str) -> Statement:
    """Denies every request without TLS."""
    return Statement(
        "DenyHTTP",
        ["sqs:*"],
        [queue_arn],
        principals={"*": ["*"]},
        conditions={"Bool": {"aws:SecureTransport": "false"}},
        effect="Deny",
    )


def queue_policy(names: KarpenterNames) -> str:
    """Lets the five rules send, and denies every request without TLS.

    Upstream also allows `sqs.amazonaws.com` and any rule of any account. Here only EventBridge may
    send, for these rules.

    Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    and https://karpenter.sh/docs/reference/cloudformation/#karpenterinterruptionqueuepolicy
    """
    return policy_document(
        Statement(
            "EventBridge",
            ["sqs:SendMessage"],
            [names.queue_arn],
            principals={"Service": ["events.amazonaws.com"]},
            conditions={
                "StringEquals": {"aws:SourceAccount": names.account},
                "ArnEquals": {"aws:SourceArn": [names.rule_arn(event.name) for event in EVENTS]},
            },
        ),
        tls_only(names.queue_arn),
    )


def _key(scope: Construct, environment: Environment, names: KarpenterNames) -> EncryptionKey:
    return EncryptionKey(
        scope,
        "karpenter_interruption_key",
        environment,
        alias=f"alias/{names.queue}",
        description=f"Interruption queue of Karpenter in cluster {names.cluster}",
        services=[_send_encrypted(names)],
    )


def _send_encrypted(names: KarpenterNames) -> Statement:
    """Lets EventBridge encrypt messages for this queue.

    EventBridge passes KMS no source account or ARN to compare; the queue's ARN is in the encryption
    context of every call of SQS.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
    """
    return Statement(
        "EventBridge",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        ["*"],
        principals={"Service": ["events.amazonaws.com"]},
        conditions={"StringEquals": {"kms:EncryptionContext:aws:sqs:arn": names.queue_arn}},
    )
