"""Storage classes (H1, H2): encrypted by default, shared, and snapshots."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from config import versions
from modules.addons.catalog import rendered
from modules.addons.storage_classes.snapshot_class import snapshot_class_manifest
from support.environments import environment
from support.kubernetes_objects import problems
from support.platform_stack import before, platform_resources
from tools.standins.kubernetes_objects import converted

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


def claimed(**storage_classes: Any) -> set[str | None]:
    """The classes of the add-ons' claims; None for the cluster's default."""

    def of(value: Any) -> Iterator[str | None]:
        if isinstance(value, list):
            for item in value:
                yield from of(item)
        if isinstance(value, dict):
            if value.get("kind") == "StorageClass":
                return
            if "accessModes" in value or {"enabled", "size"} <= set(value):
                yield value.get("storageClassName")
            for item in value.values():
                yield from of(item)

    platform = {"storage_classes": storage_classes}
    made = rendered(environment(platform=platform))
    return {name for release in made.values() for name in of(release.values)}


def test_claims_of_add_ons_use_an_existing_class() -> None:
    assert claimed() == {"gp3"}
    assert claimed(volumes="fast") == {"fast"}
    assert claimed(enabled=False) == {None}


def classes(**settings: Any) -> dict[str, dict[str, Any]]:
    """The storage classes by name."""
    made = platform_resources(**settings).get("kubernetes_storage_class_v1", {})
    return {body["metadata"]["name"]: body for body in made.values()}


def test_volumes_are_encrypted_gp3_by_default() -> None:
    made = classes()["gp3"]
    assert made["metadata"]["annotations"] == {DEFAULT_CLASS: "true"}
    assert made["storage_provisioner"] == "ebs.csi.aws.com"
    assert made["parameters"]["type"] == "gp3"
    assert made["parameters"]["encrypted"] == "true"
    assert made["volume_binding_mode"] == "WaitForFirstConsumer"
    assert made["allow_volume_expansion"] is True
    assert made["reclaim_policy"] == "Delete"


def test_there_is_one_default_class() -> None:
    defaults = [body["metadata"].get("annotations") for body in classes().values()]
    assert defaults.count({DEFAULT_CLASS: "true"}) == 1


def test_volumes_can_have_a_custom_key_and_be_retained() -> None:
    settings = {"kms_key": KEY, "reclaim_policy": "Retain", "volumes": "kept"}
    made = classes(platform={"storage_classes": settings})["kept"]
    assert made["parameters"]["kmsKeyId"] == KEY
    assert made["reclaim_policy"] == "Retain"


def test_shared_volumes_are_on_the_clusters_file_system() -> None:
    made = classes()["efs"]
    assert made["storage_provisioner"] == "efs.csi.aws.com"
    assert made["parameters"]["provisioningMode"] == "efs-ap"
    assert made["parameters"]["fileSystemId"] == (
        "${data.terraform_remote_state.cluster.outputs.efs_file_system_id}"
    )
    assert made["mount_options"] == ["tls"]
    for iam in ("accepted", "required"):
        with_role = classes(cluster={"efs": {"iam": iam}})["efs"]
        assert with_role["mount_options"] == ["tls", "iam"]
    assert made["reclaim_policy"] == "Retain"


def test_without_a_file_system_there_is_no_shared_class() -> None:
    assert set(classes(cluster={"efs": {"enabled": False}})) == {"gp3"}


def test_classes_can_be_managed_elsewhere() -> None:
    made = platform_resources(platform={"storage_classes": {"enabled": False}})
    assert "kubernetes_storage_class_v1" not in made
    assert "storage_classes" not in made["helm_release"]


def test_a_claim_of_an_add_on_finds_its_class() -> None:
    made = platform_resources()
    for id_ in made["helm_release"]:
        # Network policies are no pods.
        if id_ not in {"storage_classes", "network_policies"}:
            found = before(made, f"helm_release.{id_}")
            assert "kubernetes_storage_class_v1.storage_class_volumes" in found


def test_snapshots_are_of_ebs_volumes() -> None:
    made = snapshot_class_manifest(environment())
    assert (made["apiVersion"], made["kind"]) == (
        "snapshot.storage.k8s.io/v1",
        "VolumeSnapshotClass",
    )
    assert made["driver"] == "ebs.csi.aws.com"
    assert made["deletionPolicy"] == "Delete"
    release = platform_resources()["helm_release"]["storage_classes"]
    assert json.loads(release["values"][0]) == {"resources": [made]}
    assert release["chart"].startswith("./assets/custom_resources_chart/")


def test_without_the_snapshot_controller_there_is_no_snapshot_class() -> None:
    made = platform_resources(cluster={"addons": {"snapshot-controller": {"enabled": False}}})
    assert "storage_classes" not in made["helm_release"]


@pytest.mark.parametrize("minor", versions.minors())
def test_kubernetes_accepts_every_class(minor: str) -> None:
    objects = [converted("kubernetes_storage_class_v1", body) for body in classes().values()]
    assert len(objects) == 2
    assert [problem for each in objects for problem in problems(each, minor)] == []
