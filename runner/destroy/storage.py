"""Volumes and snapshots that the EBS CSI driver made.

Source: https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/tagging.md
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from botocore.exceptions import ClientError

from runner.destroy.compute import CLUSTER
from runner.destroy.leftover import Leftover, LeftoverKind, pages, tags_of
from runner.destroy.target import Target
from runner.kubernetes.api import Object

POLICY: Final = "eks-platform/reclaim-policy"
"""Tag that keeps a PersistentVolume's reclaim policy when the Kubernetes API is gone."""

DRIVERS: Final = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com")
"""The EBS CSI driver, and that of EKS Auto Mode."""


def record_policies(target: Target, volumes: Iterable[Object]) -> None:
    """Writes the reclaim policy of each PersistentVolume into a tag of its EBS volume.

    After the cluster nothing else says whether the data may be deleted.
    """
    ec2 = target.client("ec2")
    for volume in volumes:
        source = volume.spec.get("csi") or {}
        if source.get("driver") in DRIVERS:
            tag = {"Key": POLICY, "Value": volume.spec["persistentVolumeReclaimPolicy"]}
            with suppress(ClientError):  # the volume may be gone already
                ec2.create_tags(Resources=[source["volumeHandle"]], Tags=[tag])


def _owners(target: Target) -> list[dict[str, Any]]:
    return [
        {"Name": f"tag:kubernetes.io/cluster/{target.name}", "Values": ["owned"]},
        {"Name": "tag:KubernetesCluster", "Values": [target.name]},
        {"Name": "tag:ebs.csi.aws.com/cluster-name", "Values": [target.name]},
        {"Name": f"tag:{CLUSTER}", "Values": [target.name]},
    ]


def volumes(target: Target) -> Iterator[Leftover]:
    """Volumes of claims. Those whose policy is not Delete are kept."""
    by_driver = {"Name": "tag-key", "Values": ["CSIVolumeName"]}
    ec2 = target.client("ec2")
    found: dict[str, Leftover] = {}
    for owner in _owners(target):
        chosen = [owner, by_driver]
        for volume in pages(ec2, "describe_volumes", "Volumes", Filters=chosen):
            if volume["State"] not in ("deleting", "deleted"):
                found[volume["VolumeId"]] = _volume(volume)
    yield from found.values()


def _volume(volume: dict[str, Any]) -> Leftover:
    tags = tags_of(volume)
    claim = "/".join(
        tags.get(f"kubernetes.io/created-for/pvc/{part}", "?") for part in ("namespace", "name")
    )
    policy = tags.get(POLICY)
    kept = {
        "Delete": "",
        None: "the reclaim policy of its PersistentVolume is not known",
    }.get(policy, f"its PersistentVolume has the reclaim policy {policy}")
    detail = f"{volume['Size']} GiB, {volume['State']}, claim {claim}"
    return Leftover(volume["VolumeId"], detail, kept)


def _delete_volume(target: Target, volume: Leftover) -> None:
    target.client("ec2").delete_volume(VolumeId=volume.id)


def _snapshots(target: Target) -> Iterator[Leftover]:
    ec2 = target.client("ec2")
    by_driver = {"Name": "tag-key", "Values": ["CSIVolumeSnapshotName"]}
    found: dict[str, Leftover] = {}
    for owner in _owners(target):
        for snapshot in pages(
            ec2,
            "describe_snapshots",
            "Snapshots",
            OwnerIds=["self"],
            Filters=[owner, by_driver],
        ):
            detail = f"{snapshot['VolumeSize']} GiB of {snapshot['VolumeId']}"
            found[snapshot["SnapshotId"]] = Leftover(
                snapshot["SnapshotId"], detail, "snapshots are backups"
            )
    yield from found.values()


def _delete_snapshot(target: Target, snapshot: Leftover) -> None:
    target.client("ec2").delete_snapshot(SnapshotId=snapshot.id)


VOLUMES: Final = LeftoverKind("volume", volumes, _delete_volume)
SNAPSHOTS: Final = LeftoverKind("snapshot", _snapshots, _delete_snapshot)
