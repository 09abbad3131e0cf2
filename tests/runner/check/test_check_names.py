"""`make check` (M2): names and buckets that are taken."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.check.aws import AwsReader
from runner.check.finding import NotCheckedError
from support.checked import OURS, REGION, Checked, make_named_like_full

Of = Callable[[str], Checked]

TAKEN = {
    "IAM role full-node",
    "IAM policy KarpenterController-full-interruption",
    "KMS alias alias/full-cluster",
    "log group /aws/eks/full/cluster",
    "SQS queue Karpenter-full",
    "event rule KarpenterRebalance-full",
    "GuardDuty detector",
    "backup vault full-backup",
    "launch template full-system",
    "DB subnet group full",
    "load balancer full-edge",
    "SNS topic full-cost",
    "bucket full-edge-logs-123456789012-eu-west-1",
}
NAMES = ("IAM names", "names", "buckets")


def test_names_that_something_else_has_are_errors(checked: Of) -> None:
    full = checked("full")
    make_named_like_full(full.aws, {"team": "data"})
    found = full.findings(*NAMES)
    wrong = {each.subject: each for each in found if each.status != "ok"}
    assert wrong.keys() == TAKEN
    for each in wrong.values():
        assert each.status == "error"
        assert each.found == "exists and is not this environment's (tags team=data)"
        assert each.action
    assert "one GuardDuty detector in a region" in wrong["GuardDuty detector"].action
    # The others are counted, those in the copy region, too.
    assert full.aws.failures() == []
    free = next(each for each in found if each.subject == "backup vault" and each.status == "ok")
    assert free.found == "1 of 2 names are free"


def test_what_is_this_environments_is_no_conflict(checked: Of) -> None:
    full = checked("full")
    make_named_like_full(full.aws, {**OURS, "environment": "full"})
    found = {each.subject: each for each in full.findings(*NAMES) if each.subject in TAKEN}
    assert found.keys() == TAKEN
    for each in found.values():
        assert each.status == "warning", each
        assert each.found == "has the tags of this environment, but is in none of its states"
    assert "aws_iam_role.node_role of full-cluster" in found["IAM role full-node"].action
    recorded = [
        {
            "mode": "managed",
            "type": type_,
            "name": "any",
            "instances": [{"attributes": {"name": name}}],
        }
        for type_, name in (
            ("aws_iam_role", "full-Node"),
            ("aws_cloudwatch_log_group", "/aws/eks/full/cluster"),
        )
    ]
    state = {"lineage": "x", "serial": 1, "outputs": {}, "resources": recorded}
    s3 = full.client("s3")
    bucket = full.stacks[0].backend["bucket"]
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key="full/cluster.tfstate", Body=json.dumps(state).encode())
    again = full.by_subject("IAM names", "names")
    for subject in ("IAM role full-node", "log group /aws/eks/full/cluster"):
        assert (again[subject].status, again[subject].found) == ("ok", "this environment's")


def test_a_bucket_of_another_account_is_an_error(
    checked: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    prod = checked("prod")
    name = prod.stacks[0].backend["bucket"]
    asked = AwsReader.find

    def find(aws: AwsReader, service: str, operation: str, *region: str, **given: Any) -> Any:
        # S3 answers 403 there; the emulator has one account only.
        if operation == "head_bucket" and given["Bucket"] == name:
            raise NotCheckedError("403, needs s3:ListBucket", denied=True)
        if operation == "head_bucket" and given["Bucket"] == f"{name}-logs":
            raise NotCheckedError("Could not connect to the endpoint URL")
        return asked(aws, service, operation, *region, **given)

    monkeypatch.setattr(AwsReader, "find", find)
    found = prod.by_subject("buckets")
    assert (found[f"bucket {name}"].status, found[f"bucket {name}"].found) == (
        *("error", "another account has it"),
    )
    assert found[f"bucket {name}-logs"].status == "not checked"
    assert found[f"bucket {name}-replica"].status == "ok"
