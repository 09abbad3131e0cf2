"""`platform.velero`: backups of Kubernetes objects and volumes."""

from math import ceil
from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings
from config.settings import Settings
from config.types.aws import BucketName
from config.types.cron import longest_gap
from config.types.kubernetes import Namespace, ObjectName, Schedule

MIN_DELAY_HOURS, MAX_DELAY_HOURS = 2, 12
"""Hours that a backup may take or be late before an alert fires."""


class BackupBucket(Settings):
    """The bucket of the backups. It is in the network stack, so that it outlives clusters."""

    name: BucketName | None = None
    """Name of the bucket, globally unique.
    Default: <environment>-velero-<account>-<region>."""

    noncurrent_version_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days that noncurrent versions are kept, so that deleted or replaced objects can be
    restored."""

    access_log_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Retention of the access log, in days. It is in a separate bucket: <bucket>-logs."""

    lock_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Days of S3 Object Lock in governance mode, in which versions of objects cannot be deleted
    without the permission to bypass it. Adding or removing the setting later replaces the bucket.
    Default: no lock."""

    force_destroy: bool = False
    """Let Terraform delete the bucket with all backups, its access log and its key. Otherwise
    Terraform refuses to destroy the network stack, and when `platform.velero.enabled` becomes
    false it leaves them in AWS."""


class BackupSchedule(Settings):
    """A scheduled backup."""

    cron: Schedule = "0 3 * * *"
    """When backups are made, in UTC."""

    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days after which a backup and its snapshots are deleted."""

    namespaces: list[Namespace] = []
    """Namespaces to include. Default: all namespaces and cluster-scoped objects."""

    excluded_namespaces: list[Namespace] | None = None
    """Namespaces to exclude. Default: none if `namespaces` is set, otherwise the namespaces of
    logs, monitoring and tracing, whose volumes are large or change all the time. Dashboards and
    users that are created in Grafana or Kibana are in these namespaces: set an empty list to
    include them."""

    volumes: bool = True
    """Also take snapshots of volumes."""

    alert_after_hours: Annotated[int, Field(ge=1, le=8760)] | None = None
    """Hours since the last successful backup after which an alert fires. Default: the longest
    interval of the schedule plus half of it, which is at least 2 and at most 12 hours: 36 for a
    daily backup, 3 for an hourly one."""

    @property
    def interval_hours(self) -> int:
        """The longest interval of the schedule, in hours.

        Raises:
            CronError: `cron` is not a valid schedule; rules/addons/velero.py refuses it.
        """
        return ceil(longest_gap(self.cron) / 60)

    @property
    def max_backup_age_hours(self) -> int:
        """Hours since the last successful backup after which an alert fires.

        Raises:
            CronError: `cron` is not a valid schedule; rules/addons/velero.py refuses it.
        """
        if self.alert_after_hours is not None:
            return self.alert_after_hours
        interval = self.interval_hours
        return interval + min(MAX_DELAY_HOURS, max(MIN_DELAY_HOURS, ceil(interval / 2)))


class VeleroSettings(AddonSettings):
    """Velero, which backs up Kubernetes objects and EBS volumes."""

    enabled: bool = False
    """Install it, and create its bucket."""

    bucket: BackupBucket = BackupBucket()
    """The bucket of the backups."""

    schedules: dict[ObjectName, BackupSchedule] = {"daily": BackupSchedule()}
    """Schedules by name. They replace the default: `daily` exists only if you add it."""

    volume_snapshots: bool = True
    """Take snapshots of volumes with the CSI driver and the class
    `platform.storage_classes.snapshots`. EFS has no snapshots: use `backup` for it."""

    move_snapshots: bool = False
    """Copy the data of each snapshot to the bucket, so that it can be restored in another region or
    account, and delete the snapshot. Requires a pod on every node."""
