"""`platform.storage_classes`: classes of volumes and snapshots."""

from typing import Literal

from config.settings import Settings
from config.types.aws import KmsKeyArn
from config.types.kubernetes import ObjectName


class StorageClassesSettings(Settings):
    """The StorageClasses and the VolumeSnapshotClass."""

    enabled: bool = True
    """Create them."""

    volumes: ObjectName = "gp3"
    """Name of the default StorageClass, for encrypted EBS volumes of type gp3."""

    kms_key: KmsKeyArn | None = None
    """KMS key of these volumes; its key policy must allow the IAM policies of this account to use
    it. Default: `cluster.volume_key`, or without it the account's default key for EBS."""

    reclaim_policy: Literal["Delete", "Retain"] = "Delete"
    """What happens to a volume when its PersistentVolumeClaim is deleted."""

    shared: ObjectName = "efs"
    """Name of the StorageClass for EFS, if `cluster.efs` is enabled."""

    snapshots: ObjectName = "ebs"
    """Name of the VolumeSnapshotClass."""

    snapshot_deletion_policy: Literal["Delete", "Retain"] = "Delete"
    """What happens to a snapshot when its VolumeSnapshot is deleted."""

    @property
    def of_volumes(self) -> str | None:
        """The StorageClass for volumes of add-ons; None for the cluster's default class."""
        return self.volumes if self.enabled else None
