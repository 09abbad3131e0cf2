"""Backups (K2): the bucket, Velero's permissions and schedules."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.addons.velero import BackupSchedule
from config.problem import Problem
from modules.addons.catalog import rendered
from modules.addons.storage_classes.snapshot_class import snapshot_class_manifest
from modules.addons.velero.addon import ADDON
from modules.storage.backup_bucket import backup_bucket
from support.environments import environment, problems
from support.json_schemas import object_problems
from support.one_module import Resources, resources_of
from support.output import synthesized_output
from support.platform import Releases
from tools.standins.chart_files import ChartsMissingError, charts_folder, definitions

BUCKET = "test-velero-123456789012-eu-west-1"


def on(**velero: Any) -> dict[str, Any]:
    return {"velero": {"enabled": True, **velero}}


def values(**velero: Any) -> dict[str, Any]:
    return rendered(environment(platform=on(**velero)))["velero"].values


def bucket(**settings: Any) -> Resources:
    made = environment(platform=on(bucket=settings))
    return resources_of(lambda stack: backup_bucket(stack, made))


def found(**settings: Any) -> list[Problem]:
    return problems(environment(**settings))


def test_velero_is_not_installed_by_default(tmp_path: Path) -> None:
    assert "velero" not in rendered(environment())
    made = synthesized_output(tmp_path, environment()).stack("test-network")
    assert made.resources("aws_s3_bucket") == {}


def test_the_bucket_outlives_the_cluster(tmp_path: Path) -> None:
    made = synthesized_output(tmp_path, environment(platform=on()))
    assert "velero" in made.stack("test-network").resources("aws_s3_bucket")
    assert made.stack("test-cluster").resources("aws_s3_bucket") == {}


def test_the_bucket_is_encrypted_and_keeps_deleted_objects() -> None:
    made = bucket(noncurrent_version_days=90)
    assert made["aws_s3_bucket"]["velero"]["bucket"] == BUCKET
    [rule] = made["aws_s3_bucket_server_side_encryption_configuration"]["velero_encryption"]["rule"]
    default = rule["apply_server_side_encryption_by_default"]
    assert default["kms_master_key_id"] == "${aws_kms_key.velero_key.arn}"
    assert made["aws_kms_alias"]["velero_key_alias"]["name"] == "alias/test-velero"
    [rule] = made["aws_s3_bucket_lifecycle_configuration"]["velero_lifecycle"]["rule"]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 90}]
    assert "expiration" not in rule


def test_a_destroy_does_not_delete_backups_by_default() -> None:
    assert "force_destroy" not in bucket()["aws_s3_bucket"]["velero"]
    assert bucket(force_destroy=True)["aws_s3_bucket"]["velero"]["force_destroy"] is True


def test_object_lock_retains_every_version() -> None:
    assert "aws_s3_bucket_object_lock_configuration" not in bucket()
    made = bucket(lock_days=14)
    assert made["aws_s3_bucket"]["velero"]["object_lock_enabled"] is True
    lock = made["aws_s3_bucket_object_lock_configuration"]["velero_lock"]
    assert lock["rule"]["default_retention"] == {"mode": "GOVERNANCE", "days": 14}


def test_velero_may_use_its_bucket_and_nothing_else() -> None:
    [statements] = ADDON.policies(environment(platform=on())).values()
    actions = {action for statement in statements for action in statement.actions}
    assert {action.partition(":")[0] for action in actions} == {"s3", "kms"}
    resources = {resource for statement in statements for resource in statement.resources}
    assert resources == {
        f"arn:aws:s3:::{BUCKET}",
        f"arn:aws:s3:::{BUCKET}/*",
        "arn:aws:kms:eu-west-1:123456789012:key/*",
    }
    [key] = [statement for statement in statements if statement.sid == "Key"]
    assert key.conditions == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/test-velero"},
        "StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com"]},
    }


def test_its_permissions_need_no_secret() -> None:
    made = Releases(environment(platform=on()))
    association = made.of("aws_eks_pod_identity_association")["velero_role_association"]
    account = made.values("velero")["serviceAccount"]["server"]["name"]
    assert (association["namespace"], association["service_account"]) == ("velero", account)
    assert made.values("velero")["credentials"] == {"useSecret": False}


def test_backups_of_clusters_have_different_prefixes() -> None:
    [location] = values()["configuration"]["backupStorageLocation"]
    assert (location["bucket"], location["prefix"]) == (BUCKET, "test")
    assert location["default"] is True


def test_everything_is_backed_up_every_night_for_a_month() -> None:
    [(name, schedule)] = values()["schedules"].items()
    assert (name, schedule["schedule"]) == ("daily", "0 3 * * *")
    assert schedule["template"]["includedNamespaces"] == ["*"]
    assert schedule["template"]["ttl"] == "720h0m0s"
    assert schedule["template"]["snapshotVolumes"] is True


def test_custom_schedules_replace_the_default() -> None:
    own = {"cron": "0 * * * *", "keep_days": 2, "namespaces": ["shop"], "volumes": False}
    made = values(schedules={"hourly": own})["schedules"]
    assert list(made) == ["hourly"]
    assert made["hourly"]["template"] == {
        "ttl": "48h0m0s",
        "storageLocation": "default",
        "includedNamespaces": ["shop"],
        "snapshotVolumes": False,
        "resourcePolicy": {"kind": "configmap", "name": "velero-volume-policies"},
    }


def test_the_values_match_veleros_crds() -> None:
    try:
        charts_folder()
    except ChartsMissingError as missing:
        pytest.skip(str(missing))
    made = values(schedules={"all": {"excluded_namespaces": ["scratch"]}})
    [location] = made["configuration"]["backupStorageLocation"]
    specs = {
        "Schedule": made["schedules"]["all"],
        "BackupStorageLocation": {
            "provider": location["provider"],
            "default": location["default"],
            "config": location["config"],
            "objectStorage": {"bucket": location["bucket"], "prefix": location["prefix"]},
        },
    }
    for kind, spec in specs.items():
        body = {"apiVersion": "velero.io/v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}
        assert object_problems(body, definitions()["velero.io/v1", kind]) == []


def test_volumes_are_snapshots_of_the_csi_driver() -> None:
    made = values()["configuration"]
    assert made["features"] == "EnableCSI"
    assert made["volumeSnapshotLocation"] == []
    label = "velero.io/csi-volumesnapshot-class"
    assert snapshot_class_manifest(environment(platform=on()))["metadata"]["labels"] == {
        label: "true"
    }
    assert "labels" not in snapshot_class_manifest(environment())["metadata"]


def test_snapshots_can_be_moved_to_the_bucket() -> None:
    assert values()["deployNodeAgent"] is False
    made = values(move_snapshots=True)
    assert made["configuration"]["defaultSnapshotMoveData"] is True
    assert made["deployNodeAgent"] is True
    assert made["nodeAgent"]["disableHostPath"] is True


def test_without_snapshots_only_objects_are_backed_up() -> None:
    made = values(volume_snapshots=False)
    assert made["snapshotsEnabled"] is False
    assert "features" not in made["configuration"]
    assert made["schedules"]["daily"]["template"]["snapshotVolumes"] is False


def test_prometheus_raises_alerts_with_the_times_of_each_schedule() -> None:
    schedules = {"daily": {}, "hourly": {"cron": "@hourly"}}
    made = rendered(environment(platform=on(schedules=schedules)))
    [rules] = [
        each["spec"]["groups"][0]["rules"]
        for each in made["kube-prometheus-stack-resources"].manifests
        if each["metadata"]["name"] == "platform-backups"
    ]
    late = {each["expr"] for each in rules if each["alert"] == "VeleroBackupMissing"}
    metric = "velero_backup_last_successful_timestamp"
    assert late == {
        f'time() - max by (schedule) ({metric}{{schedule="velero-daily"}}) > {36 * 3600}',
        f'time() - max by (schedule) ({metric}{{schedule="velero-hourly"}}) > {3 * 3600}',
    }


@pytest.mark.parametrize(
    ("cron", "hours"),
    [
        ("0 * * * *", 3),
        ("0 */6 * * *", 9),
        ("0 3 * * *", 36),
        ("0 3 * * mon-fri", 84),
        ("0 3 * * 0", 180),
        ("@monthly", 31 * 24 + 12),
    ],
)
def test_an_alert_fires_when_a_backup_is_half_an_interval_late(cron: str, hours: int) -> None:
    assert BackupSchedule(cron=cron).max_backup_age_hours == hours
    assert BackupSchedule(cron=cron, alert_after_hours=hours + 1).max_backup_age_hours == hours + 1


def test_a_shared_volume_fails_no_backup() -> None:
    """EFS has no snapshots: requesting one fails the backup."""
    made = values(schedules={"daily": {}, "shop": {"namespaces": ["shop"]}})
    # The chart prefixes the ConfigMap's name with the release's.
    [(name, config)] = made["configMaps"].items()
    for schedule in made["schedules"].values():
        policy = schedule["template"]["resourcePolicy"]
        assert policy == {"kind": "configmap", "name": f"velero-{name}"}
    [text] = config["data"].values()
    assert yaml.safe_load(text) == {
        "version": "v1",
        "volumePolicies": [
            {"conditions": {"csi": {"driver": "efs.csi.aws.com"}}, "action": {"type": "skip"}}
        ],
    }


def test_logs_metrics_and_traces_are_excluded_by_default() -> None:
    def excluded(platform: dict[str, Any] | None = None, **schedule: Any) -> list[str]:
        made = environment(platform={**on(schedules={"x": schedule}), **(platform or {})})
        template = rendered(made)["velero"].values["schedules"]["x"]["template"]
        return template.get("excludedNamespaces", [])

    assert excluded() == ["logging", "monitoring"]
    assert excluded({"monitoring": {"namespace": "metrics"}}) == ["logging", "metrics"]
    assert excluded({"fluent_bit": {"destination": "cloudwatch"}}) == ["monitoring"]
    assert excluded({"tracing": {"enabled": True}}) == ["logging", "monitoring", "tracing"]
    assert excluded(excluded_namespaces=[]) == []
    assert excluded(excluded_namespaces=["scratch"]) == ["scratch"]
    assert excluded(namespaces=["shop", "logging"]) == []


def test_the_server_has_the_pinned_patch() -> None:
    assert values()["image"] == {"tag": "v1.18.4"}


def test_the_plugin_is_pinned_and_uses_the_image_mirror() -> None:
    [container] = values()["initContainers"]
    assert container["image"] == "docker.io/velero/velero-plugin-for-aws:v1.14.4"
    platform = {**on(), "charts": {"image_registry": "registry.example"}}
    [container] = rendered(environment(platform=platform))["velero"].values["initContainers"]
    assert container["image"] == "registry.example/velero/velero-plugin-for-aws:v1.14.4"


def test_its_crds_are_upgraded_and_kept() -> None:
    assert (values()["upgradeCRDs"], values()["cleanUpCRDs"]) == (True, False)


def test_irsa_names_the_role_on_the_service_account() -> None:
    made = Releases(environment(cluster={"identity": "irsa"}, platform=on()))
    account = made.values("velero")["serviceAccount"]["server"]
    assert json.dumps(account["annotations"]) == json.dumps(
        {"eks.amazonaws.com/role-arn": "${aws_iam_role.velero_role.arn}"}
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"cluster": {"addons": {"snapshot-controller": {"enabled": False}}}},
        {"storage_classes": {"enabled": False}},
    ],
)
def test_snapshots_without_a_snapshot_class_are_refused(settings: dict[str, Any]) -> None:
    cluster = settings.get("cluster", {})
    platform = {**on(), **{k: v for k, v in settings.items() if k != "cluster"}}
    paths = [problem.path for problem in found(cluster=cluster, platform=platform)]
    assert ("platform", "velero", "volume_snapshots") in paths
