"""The log group of pods and nodes (I4): encryption and retention."""

import json

from support.cluster import Cluster
from support.environments import environment

CLOUDWATCH = {"destination": "cloudwatch", "cloudwatch": {"retention_days": 90}}
NAME = "/aws/eks/test/containers"


def test_logs_are_encrypted_and_have_a_retention() -> None:
    made = Cluster(environment(platform={"fluent_bit": CLOUDWATCH}))
    group = made.one("aws_cloudwatch_log_group", "container_logs_group")
    assert (group["name"], group["retention_in_days"]) == (NAME, 90)
    assert group["kms_key_id"] == "${aws_kms_key.container_logs_key.arn}"


def test_cloudwatch_uses_the_key_for_this_group_only() -> None:
    made = Cluster(environment(platform={"fluent_bit": CLOUDWATCH}))
    policy = json.loads(made.one("aws_kms_key", "container_logs_key")["policy"])
    [statement] = [each for each in policy["Statement"] if each["Sid"] == "CloudWatchLogs"]
    arn = statement["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]
    assert arn == f"arn:aws:logs:eu-west-1:123456789012:log-group:{NAME}"


def test_there_is_no_log_group_where_logs_go_elsewhere() -> None:
    made = Cluster(environment())
    assert "container_logs_group" not in made.of("aws_cloudwatch_log_group")
    off = Cluster(environment(platform={"fluent_bit": {**CLOUDWATCH, "enabled": False}}))
    assert "container_logs_group" not in off.of("aws_cloudwatch_log_group")
