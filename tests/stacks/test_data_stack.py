"""Data of a platform in two regions: what is copied, to where, and by whom."""

import json
from pathlib import Path
from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.addons.velero.addon import ADDON
from runner.destroy.settings import setting_of
from support.output import Output, Stack, synthesized_output
from support.regions import CENTRAL, WEST, platform

REPLICA = "two-regions-euc1-velero-replica-123456789012-eu-central-1"
"""The bucket in Frankfurt with the backups of Ireland."""


def replication(stack: Stack) -> dict[str, Any]:
    [rule] = stack.resources("aws_s3_bucket_replication_configuration")["velero_replication"][
        "rule"
    ]
    return rule


def role(stack: Stack) -> dict[str, dict[str, Any]]:
    policy = stack.resources("aws_iam_role_policy")["velero_replication_policy"]["policy"]
    return {each["Sid"]: each for each in json.loads(policy)["Statement"]}


def test_backups_and_their_deletion_are_in_the_other_region_within_15_minutes(
    output: Output,
) -> None:
    rule = replication(output.stack(f"{WEST}-data"))
    there = output.stack(f"{CENTRAL}-network")
    assert there.resources("aws_s3_bucket")["velero_replica"]["bucket"] == REPLICA
    to = rule["destination"]
    assert to["bucket"] == f"arn:aws:s3:::{REPLICA}"
    assert to["replication_time"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert to["metrics"]["status"] == "Enabled"
    assert rule["delete_marker_replication"] == {"status": "Enabled"}
    alias = there.resources("aws_kms_alias")["velero_replica_key_alias"]["name"]
    key = to["encryption_configuration"]["replica_kms_key_id"]
    assert key == f"arn:aws:kms:eu-central-1:123456789012:{alias}"


def test_each_region_has_the_backups_of_the_other_one(output: Output) -> None:
    pairs = set[tuple[str, str]]()
    for name in (WEST, CENTRAL):
        configurations = output.stack(f"{name}-data").resources(
            "aws_s3_bucket_replication_configuration"
        )
        for made in configurations.values():
            pairs.add((made["bucket"], made["rule"][0]["destination"]["bucket"]))
    account = "123456789012"
    assert pairs == {
        (
            f"{WEST}-velero-{account}-eu-west-1",
            f"arn:aws:s3:::{CENTRAL}-velero-replica-{account}-eu-central-1",
        ),
        (
            f"{CENTRAL}-velero-{account}-eu-central-1",
            f"arn:aws:s3:::{WEST}-velero-replica-{account}-eu-west-1",
        ),
    }


def test_both_buckets_exist_before_the_replication(output: Output) -> None:
    """Each is in the network stack of its region: the loss of the other region loses none."""
    stacks = output.manifest["stacks"]
    for name in (WEST, CENTRAL):
        assert {f"{WEST}-network", f"{CENTRAL}-network"} <= {
            *stacks[f"{name}-data"]["dependencies"]
        }


def test_the_role_reads_one_bucket_and_writes_the_other(output: Output) -> None:
    statements = role(output.stack(f"{WEST}-data"))
    resources = {sid: each["Resource"] for sid, each in statements.items()}
    source = f"arn:aws:s3:::{WEST}-velero-123456789012-eu-west-1"
    assert resources == {
        "ReadConfiguration": source,
        "ReadVersions": f"{source}/*",
        "WriteReplica": f"arn:aws:s3:::{REPLICA}/*",
        "Decrypt": "arn:aws:kms:eu-west-1:123456789012:key/*",
        "Encrypt": "arn:aws:kms:eu-central-1:123456789012:key/*",
    }
    for sid, alias in (
        ("Decrypt", f"alias/{WEST}-velero"),
        ("Encrypt", f"alias/{CENTRAL}-velero-replica"),
    ):
        condition = statements[sid]["Condition"]["ForAnyValue:StringEquals"]
        assert condition == {"kms:ResourceAliases": alias}
    assert "s3:GetObjectRetention" not in statements["ReadVersions"]["Action"]


def test_a_locked_bucket_has_a_locked_replica(tmp_path: Path) -> None:
    made = synthesized_output(
        tmp_path,
        *platform(
            tmp_path,
            regions={
                "eu-west-1": {"settings": {"platform": {"velero": {"bucket": {"lock_days": 7}}}}}
            },
        ),
    )
    there, here = made.stack(f"{CENTRAL}-network"), made.stack(f"{WEST}-network")
    assert there.resources("aws_s3_bucket")["velero_replica"]["object_lock_enabled"] is True
    [lock] = there.resources("aws_s3_bucket_object_lock_configuration").values()
    assert lock["rule"]["default_retention"]["days"] == 7
    # The bucket of Frankfurt's backups is not locked, and neither is its replica.
    assert "object_lock_enabled" not in here.resources("aws_s3_bucket")["velero_replica"]
    reads = role(made.stack(f"{WEST}-data"))["ReadVersions"]["Action"]
    assert {"s3:GetObjectRetention", "s3:GetObjectLegalHold"} <= {*reads}


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The environment of Frankfurt."""
    return platform(tmp_path_factory.mktemp("two"))[1]


def test_velero_finds_the_backups_of_the_other_region_and_only_reads_them(central: Any) -> None:
    own, other = rendered(central)["velero"].values["configuration"]["backupStorageLocation"]
    assert own["default"] is True
    assert other == {
        "name": "euw1",
        "provider": "aws",
        "bucket": REPLICA,
        "prefix": WEST,
        "accessMode": "ReadOnly",
        "config": {"region": "eu-central-1"},
    }


def test_velero_writes_nothing_into_the_replica_but_the_logs_of_restores(central: Any) -> None:
    statements = {each.sid: each for each in ADDON.policies(central)["replica"]}
    bucket = f"arn:aws:s3:::{REPLICA}"
    assert statements["Objects"].actions == ["s3:GetObject"]
    assert statements["Written"].resources == [f"{bucket}/{WEST}/restores/*"]
    assert statements["Key"].conditions["ForAnyValue:StringEquals"] == {
        "kms:ResourceAliases": f"alias/{CENTRAL}-velero-replica"
    }


def test_a_replica_stays_in_aws_when_it_is_no_longer_configured(
    output: Output, tmp_path: Path
) -> None:
    made = synthesized_output(tmp_path, *platform(tmp_path, replication={"velero": False}))
    before, after = (each.stack(f"{CENTRAL}-network") for each in (output, made))
    gone = before.addresses - after.addresses
    assert "aws_s3_bucket.velero_replica" in gone
    assert gone <= {each["from"] for each in after.json["removed"]}
    setting = setting_of("network", "aws_s3_bucket.velero_replica")
    assert setting is not None
    assert setting.keeps == "replication.velero: false"
