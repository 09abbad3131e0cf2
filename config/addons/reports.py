"""`platform.reports`: scheduled reports of the platform."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import ObjectsSettings
from config.settings import Settings
from config.types.alerting import DashboardUid, ReportSecret, Severity, TimeZone
from config.types.aws import BucketName
from config.types.cron import longest_gap
from config.types.kubernetes import Memory, ObjectName, ZonedSchedule

LATE_HOURS = 12
"""Hours that a report may be late before an alert fires."""


class WeeklyReport(Settings):
    """The report of the last week, Monday to Sunday."""

    enabled: bool = True
    """Make it."""

    cron: ZonedSchedule = "0 6 * * 1"
    """When it is made, in `time_zone`."""

    @property
    def max_age_hours(self) -> int:
        """Hours since the last report after which an alert fires.

        Raises:
            CronError: `cron` is not a valid schedule; rules/addons/reports.py refuses it.
        """
        return longest_gap(self.cron) // 60 + LATE_HOURS


class MonthlyReport(WeeklyReport):
    """The report of the last calendar month."""

    enabled: bool = False
    """Make it. Prometheus must keep metrics for the month and the days until the report:
    `platform.monitoring.prometheus.retention_days`."""

    cron: ZonedSchedule = "0 7 1 * *"
    """When it is made, in `time_zone`."""


class Announcement(Settings):
    """The alert that announces a new report."""

    enabled: bool = True
    """Announce reports."""

    receiver: ObjectName | None = None
    """Key of `platform.monitoring.alertmanager.receivers` that receives the announcements and no
    message when they end. Default: as `platform.monitoring.alertmanager.routes` and
    `default_receiver` say for an alert of this severity in this namespace."""

    severity: Severity = "info"
    """Severity of the alert."""


class Picture(Settings):
    """A panel of Grafana, or a whole dashboard, as a picture of the report's period."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    """What is written below it."""

    dashboard: DashboardUid
    """The uid of the dashboard, which is in its address after `/d/`."""

    panel: Annotated[int, Field(ge=1)] | None = None
    """The id of the panel, which is in its address after `viewPanel=`. Default: the dashboard."""

    width: Annotated[int, Field(ge=100, le=3000)] = 1000
    """Width in pixels."""

    height: Annotated[int, Field(ge=100, le=5000)] = 400
    """Height in pixels."""


class Pictures(Settings):
    """Panels of Grafana at the end of the report."""

    token: ReportSecret
    """Token of a service account of Grafana with the role Viewer.
    `external_secrets.sources` sets its source."""

    panels: Annotated[list[Picture], Field(min_length=1, max_length=20)]
    """The pictures, in order."""


class ReportBucket(Settings):
    """The bucket of the reports. It is in the network stack, so that it outlives clusters."""

    name: BucketName | None = None
    """Name of the bucket, globally unique.
    Default: <environment>-reports-<account>-<region>."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """Days after which a report is deleted."""

    access_log_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Retention of the access log, in days. It is in a separate bucket: <bucket>-logs."""

    force_destroy: bool = False
    """Let Terraform delete the bucket with all reports, its access log and its key. Otherwise
    Terraform refuses to destroy the network stack, and when `platform.reports.enabled` becomes
    false it leaves them in AWS."""


class ReportsSettings(ObjectsSettings):
    """Reports of availability, capacity, backups, alerts and cost, kept in a bucket.

    A CronJob reads the metrics of the platform's Prometheus and writes each report as HTML and CSV.
    """

    enabled: bool = False
    """Make reports, and create the bucket. It requires `platform.monitoring`."""

    weekly: WeeklyReport = WeeklyReport()
    """The report of the last week, Monday to Sunday."""

    monthly: MonthlyReport = MonthlyReport()
    """The report of the last calendar month."""

    time_zone: TimeZone = "UTC"
    """Time zone of schedules, weeks, months and times in reports."""

    announcement: Announcement = Announcement()
    """The alert that announces a new report."""

    pictures: Pictures | None = None
    """Panels of Grafana. They need `platform.monitoring.grafana.image_renderer`. Default: none."""

    memory: Memory = "256Mi"
    """Memory of the pod. The need grows with the number of namespaces and alerts."""

    bucket: ReportBucket = ReportBucket()
    """The bucket of the reports."""

    @property
    def schedules(self) -> dict[str, WeeklyReport]:
        """The reports that are made, by their period."""
        both: dict[str, WeeklyReport] = {"weekly": self.weekly, "monthly": self.monthly}
        return {name: each for name, each in both.items() if each.enabled}
