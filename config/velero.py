"""Backups of what runs in the cluster in the `platform` section: Velero."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings
from config.karpenter import ObjectName, Schedule
from config.kubernetes_types import Namespace
from config.settings import Settings
from config.types import BucketName


class BackupBucket(Settings):
    """The bucket with the backups. It belongs to the network's stack and outlives clusters."""

    name: BucketName | None = None
    """Name of the bucket, unique in all of AWS.
    Default: <environment>-velero-<account>-<region>."""

    noncurrent_version_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days that what Velero deleted or replaced can still be had back."""

    access_log_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Days that the access log of the bucket is kept, in a bucket of its own: <bucket>-logs."""

    lock_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Days in which nobody without the right to bypass governance deletes any version of an object
    (S3 Object Lock). Decide before the bucket is there: setting the first number or taking the
    last away replaces it. Default: no lock."""

    force_destroy: bool = False
    """Let Terraform delete the bucket with every backup in it, and its access log. Otherwise a
    destroy stops until somebody has emptied both."""


class BackupSchedule(Settings):
    """A backup that is made again and again."""

    cron: Schedule = "0 3 * * *"
    """When, in UTC."""

    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days after which a backup goes, with its snapshots."""

    namespaces: list[Namespace] = []
    """What is in it. Default: all namespaces and what belongs to the whole cluster."""

    excluded_namespaces: list[Namespace] = []
    """What is not."""

    volumes: bool = True
    """Take snapshots of the volumes as well."""

    alert_after_hours: Annotated[int, Field(ge=1, le=8760)] = 36
    """Hours without a good backup after which Prometheus raises an alert."""


class VeleroSettings(AddonSettings):
    """Velero, which keeps copies of Kubernetes objects and of EBS volumes."""

    enabled: bool = False
    """Install it, and make its bucket."""

    bucket: BackupBucket = BackupBucket()
    """Where backups are kept."""

    schedules: dict[ObjectName, BackupSchedule] = {"daily": BackupSchedule()}
    """Backups by name. Whoever names one names all."""

    volume_snapshots: bool = True
    """Take snapshots of volumes through the CSI driver, as `platform.storage_classes.snapshots`
    says. EFS has no snapshots: AWS Backup keeps copies of it."""

    move_snapshots: bool = False
    """Copy the data of each snapshot into the bucket, so that a restore works in another region or
    account, and then delete the snapshot. Takes a pod on every node."""
