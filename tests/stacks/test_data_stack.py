"""Data of a platform in two regions: what is copied, to where, and by whom."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from config.environment import Environment
from modules.addons.catalog import rendered
from modules.addons.velero.addon import ADDON
from runner.destroy.settings import setting_of
from support.environments import environment
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
def regions(tmp_path_factory: pytest.TempPathFactory) -> list[Environment]:
    """The environments of Ireland and Frankfurt."""
    return platform(tmp_path_factory.mktemp("two"))


def test_velero_finds_the_backups_of_the_other_region_and_only_reads_them(
    regions: list[Environment],
) -> None:
    for each, other, code in zip(regions, reversed(regions), ("euc1", "euw1"), strict=True):
        configuration = rendered(each)["velero"].values["configuration"]
        own, replica = configuration["backupStorageLocation"]
        assert own["default"] is True
        account, region = "123456789012", each.region
        assert replica == {
            "name": code,
            "provider": "aws",
            "bucket": f"{each.name}-velero-replica-{account}-{region}",
            "prefix": other.name,
            "accessMode": "ReadOnly",
            "config": {"region": region},
        }


def test_backups_of_both_regions_have_different_names(
    output: Output, regions: list[Environment]
) -> None:
    """Velero skips a backup of the other region whose name it has, and makes no second one."""
    schedules = [{*rendered(each)["velero"].values["schedules"]} for each in regions]
    assert schedules == [{"daily-euw1"}, {"daily-euc1"}]
    for name, code in ((WEST, "euw1"), (CENTRAL, "euc1")):
        named = re.findall(r"velero-daily[\w-]*", output.stack(f"{name}-platform").text)
        assert {*named} == {f"velero-daily-{code}"}


def test_velero_writes_nothing_into_the_replica_but_the_logs_of_restores(
    regions: list[Environment],
) -> None:
    statements = {each.sid: each for each in ADDON.policies(regions[1])["replica"]}
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


def one(stack: Stack, type_: str) -> dict[str, Any]:
    [body] = stack.resources(type_).values()
    return body


def test_files_are_replicated_from_the_source_to_the_destination(output: Output) -> None:
    source, destination = output.stack(f"{WEST}-data"), output.stack(f"{CENTRAL}-data")
    made = one(source, "aws_efs_replication_configuration")
    assert made["source_file_system_id"] == "${aws_efs_file_system.efs.id}"
    assert made["destination"] == {
        "region": "eu-central-1",
        "file_system_id": "${data.terraform_remote_state.data_euc1.outputs.efs_file_system_id}",
    }
    assert destination.resources("aws_efs_replication_configuration") == {}
    assert f"{CENTRAL}-data" in output.manifest["stacks"][f"{WEST}-data"]["dependencies"]


def test_terraform_releases_new_destinations_only(output: Output) -> None:
    """Later EFS protects what was written after a failover, and Terraform leaves that alone."""
    source, destination = (
        one(output.stack(f"{name}-data"), "aws_efs_file_system") for name in (WEST, CENTRAL)
    )
    assert destination["protection"] == {"replication_overwrite": "DISABLED"}
    assert "protection" not in source
    for each in (source, destination):
        assert each["lifecycle"] == {"prevent_destroy": True, "ignore_changes": ["protection"]}


def test_only_the_source_may_read_the_state_of_the_other_region(output: Output) -> None:
    for name, other in ((WEST, CENTRAL), (CENTRAL, WEST)):
        policies = output.stack(f"{name}-state").resources("aws_iam_policy")
        reads = f"/{other}/data.tfstate" in policies["state_access_data"]["policy"]
        assert reads is (name == WEST)
        assert f"{name}/data.tfstate" in policies["state_access_cluster"]["policy"]


def test_a_protected_destination_is_warned_of_and_not_overwritten(output: Output) -> None:
    stack = output.stack(f"{WEST}-data")
    condition = (
        'data.aws_efs_file_system.efs_destination.protection[0].replication_overwrite != "ENABLED"'
    )
    made = one(stack, "aws_efs_replication_configuration")
    assert made["count"] == f"${{{condition} ? 1 : 0}}"
    [check] = stack.json["check"]["efs_replication"]
    [assertion] = check["assert"]
    assert assertion["condition"] == f"${{{condition}}}"
    assert "make efs-overwrite" in assertion["error_message"]


def test_the_setting_turns_the_replication_round(tmp_path: Path) -> None:
    turned = {"source": "eu-central-1", "destination": "eu-west-1"}
    made = synthesized_output(tmp_path, *platform(tmp_path, replication=turned))
    west, central = made.stack(f"{WEST}-data"), made.stack(f"{CENTRAL}-data")
    assert west.resources("aws_efs_replication_configuration") == {}
    to = one(central, "aws_efs_replication_configuration")["destination"]
    assert to["region"] == "eu-west-1"
    dependencies = {
        name: made.manifest["stacks"][f"{name}-data"]["dependencies"] for name in (WEST, CENTRAL)
    }
    assert f"{WEST}-data" in dependencies[CENTRAL]
    assert f"{CENTRAL}-data" not in dependencies[WEST]


def test_a_claim_finds_the_same_directory_in_both_regions(output: Output) -> None:
    points = [one(output.stack(f"{name}-data"), "aws_efs_access_point") for name in (WEST, CENTRAL)]
    volumes = [
        one(output.stack(f"{name}-platform"), "kubernetes_persistent_volume_v1")["spec"][0]
        for name in (WEST, CENTRAL)
    ]
    for key in ("posix_user", "root_directory"):
        assert points[0][key] == points[1][key]
    assert points[0]["root_directory"]["path"] == "/shared/uploads"
    for volume in volumes:
        assert volume["claim_ref"] == {"namespace": "shop", "name": "uploads"}
        assert volume["persistent_volume_reclaim_policy"] == "Retain"
        handle = volume["persistent_volume_source"]["csi"]["volume_handle"]
        state = "${data.terraform_remote_state.data.outputs"
        assert handle == f"{state}.efs_file_system_id}}::{state}.access_point_ids.uploads}}"


def test_a_cluster_can_be_destroyed_without_its_files(output: Output) -> None:
    cluster, data = output.stack(f"{WEST}-cluster"), output.stack(f"{WEST}-data")
    assert {each for each in cluster.addresses if each.startswith("aws_efs")} == set()
    assert "aws_security_group.file_system_security_group" in data.addresses
    nfs = cluster.resources("aws_vpc_security_group_ingress_rule")["file_system_from_node_nfs"]
    group = "${data.terraform_remote_state.data.outputs.file_system_security_group_id}"
    assert nfs["security_group_id"] == group
    # A file system that was in the cluster stack is moved, or else stays in AWS.
    left = {block["from"] for block in cluster.json["removed"]}
    assert {"aws_efs_file_system.efs", "aws_kms_key.efs_key"} <= left
    stacks = output.manifest["stacks"]
    for name in ("cluster", "platform"):
        assert f"{WEST}-data" in stacks[f"{WEST}-{name}"]["dependencies"]


def test_only_the_role_of_the_driver_mounts_before_it_exists(tmp_path: Path) -> None:
    """The role is made after the policy, which may name existing principals only."""
    made = environment(cluster={"efs": {"stack": "data", "iam": "required"}})
    stack = synthesized_output(tmp_path, made)
    policy = one(stack.stack("test-data"), "aws_efs_file_system_policy")["policy"]
    allow, _ = json.loads(policy)["Statement"]
    role = stack.stack("test-cluster").resources("aws_iam_role")["efs_mount_role"]["name"]
    assert allow["Condition"]["ArnEquals"] == {
        "aws:PrincipalArn": f"arn:aws:iam::123456789012:role/{role}"
    }
    assert setting_of("data", "aws_efs_file_system.efs") is not None
