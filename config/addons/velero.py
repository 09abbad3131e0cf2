"""Backups of what runs in the cluster in the `platform` section: Velero."""

from math import ceil
from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings
from config.settings import Settings
from config.types.aws import BucketName
from config.types.cron import longest_gap
from config.types.kubernetes import Namespace, ObjectName, Schedule

LEAST_PATIENCE, MOST_PATIENCE = 2, 12
"""Hours that a backup may take, or be late, before somebody is told."""


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

    excluded_namespaces: list[Namespace] | None = None
    """What is not. Default: the namespaces of logs and of monitoring, whose volumes are large and
    whose contents come again; none where `namespaces` says what is in it. What people made in
    Grafana or Kibana itself is in these namespaces: an empty list takes them in."""

    volumes: bool = True
    """Take snapshots of the volumes as well."""

    alert_after_hours: Annotated[int, Field(ge=1, le=8760)] | None = None
    """Hours without a good backup after which Prometheus raises an alert. Default: the longest time
    from one backup to the next and half of it again, 2 hours at least and 12 at most: 36 for one a
    day, 3 for one an hour."""

    @property
    def interval_hours(self) -> int:
        """The longest time from one backup to the next, in hours.

        Raises:
            CronError: `cron` cannot be read; rules/velero.py refuses it.
        """
        return ceil(longest_gap(self.cron) / 60)

    @property
    def max_backup_age_hours(self) -> int:
        """Hours without a good backup after which somebody is told.

        Raises:
            CronError: `cron` cannot be read; rules/velero.py refuses it.
        """
        if self.alert_after_hours is not None:
            return self.alert_after_hours
        interval = self.interval_hours
        return interval + min(MOST_PATIENCE, max(LEAST_PATIENCE, ceil(interval / 2)))


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
