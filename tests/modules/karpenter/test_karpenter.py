"""Karpenter's AWS resources (E1): queue, rules, node role, controller."""

import json
from typing import Any

import pytest

from config.derived import limits
from modules.identity.pod_identity import ClusterIdentity
from modules.karpenter.events import EVENTS, event_pattern
from modules.karpenter.interruption import QueueEncryption
from modules.karpenter.karpenter import Karpenter
from support.environments import environment
from support.one_module import Resources, addresses, resources_of

CLUSTER = ClusterIdentity("test", "${aws_eks_cluster.cluster.name}", "pod_identity")
QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:Karpenter-test"

DETAIL_TYPES = {
    "scheduled_change": "AWS Health Event",
    "spot_interruption": "EC2 Spot Instance Interruption Warning",
    "rebalance": "EC2 Instance Rebalance Recommendation",
    "instance_state_change": "EC2 Instance State-change Notification",
    "capacity_reservation_interruption": "EC2 Capacity Reservation Instance Interruption Warning",
}
"""Repeated on purpose: in another project a rule lacked its first letter for years."""

NODE_POLICIES = {
    "AmazonEKSWorkerNodePolicy": "karpenter_node_amazon_eks_worker_node_policy",
    "AmazonEC2ContainerRegistryPullOnly": (
        "karpenter_node_amazon_ec2_container_registry_pull_only"
    ),
    "AmazonSSMManagedInstanceCore": "karpenter_node_amazon_ssm_managed_instance_core",
}


def karpenter(
    cluster: ClusterIdentity = CLUSTER,
    region: str = "eu-west-1",
    queue_encryption: QueueEncryption = "kms",
) -> Resources:
    return resources_of(
        lambda stack: Karpenter(
            stack,
            environment(region=region),
            cluster=cluster,
            queue_encryption=queue_encryption,
        )
    )


@pytest.fixture(scope="module")
def resources() -> Resources:
    return karpenter()


def statements(document: str) -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in json.loads(document)["Statement"]}


def test_addresses_are_a_contract(resources: Resources) -> None:
    parts = (
        "node_lifecycle",
        "iam_integration",
        "eks_integration",
        "interruption",
        "zonal_shift",
        "resource_discovery",
    )
    assert addresses(resources) == {
        "aws_kms_key.karpenter_interruption_key",
        "aws_kms_alias.karpenter_interruption_key_alias",
        "aws_sqs_queue.karpenter_interruption",
        "aws_sqs_queue.karpenter_dead_letters",
        *(f"aws_cloudwatch_event_rule.karpenter_{event}" for event in DETAIL_TYPES),
        *(f"aws_cloudwatch_event_target.karpenter_{event}_target" for event in DETAIL_TYPES),
        "aws_iam_role.karpenter_controller",
        *(f"aws_iam_policy.karpenter_controller_{part}" for part in parts),
        *(
            f"aws_iam_role_policy_attachment.karpenter_controller_{part}_attachment"
            for part in parts
        ),
        "aws_eks_pod_identity_association.karpenter_controller_association",
        "aws_iam_role.karpenter_node",
        *(f"aws_iam_role_policy_attachment.{id_}" for id_ in NODE_POLICIES.values()),
        "aws_iam_role_policy.karpenter_node_parameters",
        "aws_eks_access_entry.karpenter_node_access",
    }


def test_ids_are_unique_over_all_types(resources: Resources) -> None:
    ids = [address.partition(".")[2] for address in addresses(resources)]
    assert len(ids) == len(set(ids))


def test_the_five_rules_match_their_literal_detail_types(resources: Resources) -> None:
    patterns = {
        id_.removeprefix("karpenter_"): json.loads(rule["event_pattern"])
        for id_, rule in resources["aws_cloudwatch_event_rule"].items()
    }
    assert patterns == {
        event: {
            "source": ["aws.health" if event == "scheduled_change" else "aws.ec2"],
            "detail-type": [detail_type],
        }
        for event, detail_type in DETAIL_TYPES.items()
    }


def test_a_pattern_has_the_keys_that_eventbridge_compares() -> None:
    [event] = [each for each in EVENTS if each.id == "rebalance"]
    assert event_pattern(event) == (
        '{"source":["aws.ec2"],"detail-type":["EC2 Instance Rebalance Recommendation"]}'
    )


def test_every_rule_sends_to_the_queue_whose_policy_allows_it(
    resources: Resources,
) -> None:
    targets = resources["aws_cloudwatch_event_target"]
    assert targets == {
        f"karpenter_{event}_target": {
            "rule": f"${{aws_cloudwatch_event_rule.karpenter_{event}.name}}",
            "arn": "${aws_sqs_queue.karpenter_interruption.arn}",
            "target_id": "KarpenterInterruptionQueueTarget",
        }
        for event in DETAIL_TYPES
    }
    assert "policy" in resources["aws_sqs_queue"]["karpenter_interruption"]


def test_the_queue_keeps_messages_five_minutes_with_its_own_key(
    resources: Resources,
) -> None:
    queue = resources["aws_sqs_queue"]["karpenter_interruption"]
    assert {key: value for key, value in queue.items() if key != "policy"} == {
        "name": "Karpenter-test",
        "message_retention_seconds": 300,
        "kms_master_key_id": "${aws_kms_key.karpenter_interruption_key.arn}",
        "kms_data_key_reuse_period_seconds": 300,
        "redrive_policy": json.dumps(
            {
                "deadLetterTargetArn": "${aws_sqs_queue.karpenter_dead_letters.arn}",
                "maxReceiveCount": 5,
            },
            separators=(",", ":"),
        ),
    }
    assert resources["aws_kms_key"]["karpenter_interruption_key"]["enable_key_rotation"] is True


def test_unhandled_messages_are_kept_for_two_weeks(resources: Resources) -> None:
    queue = resources["aws_sqs_queue"]["karpenter_dead_letters"]
    assert queue["name"] == "Karpenter-test-dead-letters"
    assert queue["message_retention_seconds"] == 14 * 24 * 3600
    assert statements(queue["policy"]).keys() == {"DenyHTTP"}


def test_eventbridge_may_use_the_key_for_this_queue_only(resources: Resources) -> None:
    policy = statements(resources["aws_kms_key"]["karpenter_interruption_key"]["policy"])
    assert policy["EventBridge"]["Principal"] == {"Service": "events.amazonaws.com"}
    assert policy["EventBridge"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert policy["EventBridge"]["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:aws:sqs:arn": QUEUE_ARN}
    }


def test_the_controller_may_decrypt_with_the_queues_key(resources: Resources) -> None:
    policy = statements(resources["aws_iam_policy"]["karpenter_controller_interruption"]["policy"])
    assert policy.keys() == {"AllowInterruptionQueueActions", "AllowInterruptionQueueDecryption"}
    decryption = policy["AllowInterruptionQueueDecryption"]
    assert decryption["Action"] == "kms:Decrypt"
    assert decryption["Resource"] == "${aws_kms_key.karpenter_interruption_key.arn}"


def test_with_sqs_managed_encryption_no_key_and_no_permission_is_left() -> None:
    resources = karpenter(queue_encryption="sqs")
    for queue in resources["aws_sqs_queue"].values():
        assert queue["sqs_managed_sse_enabled"] is True
        assert "kms_master_key_id" not in queue
    assert "kms" not in json.dumps(resources)


def test_the_queue_accepts_messages_of_the_five_rules_with_tls_only(
    resources: Resources,
) -> None:
    queue = resources["aws_sqs_queue"]["karpenter_interruption"]
    rules = [
        "KarpenterScheduledChange-test",
        "KarpenterSpotInterruption-test",
        "KarpenterRebalance-test",
        "KarpenterInstanceStateChange-test",
        "KarpenterCapacityReservationInterruption-test",
    ]
    made = {rule["name"] for rule in resources["aws_cloudwatch_event_rule"].values()}
    assert made == set(rules)
    assert statements(queue["policy"]) == {
        "EventBridge": {
            "Sid": "EventBridge",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": QUEUE_ARN,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "123456789012"},
                "ArnEquals": {
                    "aws:SourceArn": [
                        f"arn:aws:events:eu-west-1:123456789012:rule/{name}" for name in rules
                    ]
                },
            },
        },
        "DenyHTTP": {
            "Sid": "DenyHTTP",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": QUEUE_ARN,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    }


def test_the_literal_names_are_those_of_the_resources() -> None:
    made: list[Karpenter] = []
    resources = resources_of(
        lambda stack: made.append(Karpenter(stack, environment(), cluster=CLUSTER))
    )
    assert made[0].node_role_name == resources["aws_iam_role"]["karpenter_node"]["name"]
    assert made[0].queue_name == resources["aws_sqs_queue"]["karpenter_interruption"]["name"]


@pytest.mark.parametrize("region", ["ap-southeast-7", "cn-northwest-1", "us-gov-east-1"])
def test_the_longest_cluster_name_keeps_every_name_within_its_limit(region: str) -> None:
    cluster = ClusterIdentity("n" * limits.CLUSTER_NAME, "cluster", "pod_identity")
    resources = karpenter(cluster, region)
    longest = {
        "aws_iam_role": limits.ROLE_NAME,
        "aws_iam_policy": limits.POLICY_NAME,
        "aws_sqs_queue": limits.QUEUE_NAME,
        "aws_cloudwatch_event_rule": limits.EVENT_RULE_NAME,
        "aws_kms_alias": limits.KEY_ALIAS,
    }
    for type_, limit in longest.items():
        names = [body["name"] for body in resources[type_].values()]
        assert len(set(names)) == len(names)
        assert max(map(len, names)) <= limit
    documents = [body["policy"] for body in resources["aws_iam_policy"].values()]
    assert max(map(limits.policy_length, documents)) <= limits.POLICY_LENGTH


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_no_arn_is_of_another_partition(region: str, partition: str) -> None:
    text = json.dumps(karpenter(region=region))
    arns = text.replace("platform-admin", "").split("arn:")[1:]
    # The admin of the test's environment is a setting.
    own = [arn for arn in arns if ":role/" not in arn or "Karpenter" in arn]
    assert len(own) > 40
    assert {arn.split(":")[0] for arn in own} == {partition}
