"""Storage classes in the `platform` section."""

from typing import Literal

from config.settings import Settings
from config.types.aws import KmsKeyArn
from config.types.kubernetes import ObjectName


class StorageClassesSettings(Settings):
    """The classes of volumes that Kubernetes makes for pods."""

    enabled: bool = True
    """Make them."""

    volumes: ObjectName = "gp3"
    """Name of the default class, encrypted gp3 volumes of EBS."""

    kms_key: KmsKeyArn | None = None
    """KMS key of these volumes; the EBS driver's role needs leave to use it. Default: the account's
    own key for EBS."""

    reclaim_policy: Literal["Delete", "Retain"] = "Delete"
    """What becomes of a volume when its claim is deleted."""

    shared: ObjectName = "efs"
    """Name of the class of shared volumes, where `cluster.efs` is enabled."""

    snapshots: ObjectName = "ebs"
    """Name of the class of snapshots."""

    snapshot_deletion_policy: Literal["Delete", "Retain"] = "Delete"
    """What becomes of a snapshot when its object is deleted."""

    @property
    def of_volumes(self) -> str | None:
        """The class that claims of add-ons name; None leaves it to the cluster's default class."""
        return self.volumes if self.enabled else None
