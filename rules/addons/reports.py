"""Rules of reports."""

from collections.abc import Iterator
from typing import Final

from config.addons.reports import WeeklyReport
from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from config.types.cron import CronError, due_days, longest_gap
from config.types.time_zones import time_zones
from modules.addons.monitoring.alertmanager import REPORT_RECEIVER
from rules.account.state import log_bucket_name_fits, reserved_bucket_name
from rules.registration import rule

REPORTS: Final[Path] = ("platform", "reports")
BUCKET: Final[Path] = (*REPORTS, "bucket", "name")
RECEIVERS: Final[Path] = ("platform", "monitoring", "alertmanager", "receivers")

DAYS: Final = {"weekly": 7, "monthly": 31}
"""The days of a report."""

MINUTES_PER_DAY: Final = 24 * 60


@rule("platform")
def reports_are_made(environment: Environment) -> Iterator[Problem]:
    """Reports are made weekly, monthly or both, at times that come, in a time zone that exists."""
    settings = environment.platform.reports
    if not settings.enabled:
        return
    if not settings.schedules:
        allowed = "weekly or monthly with enabled: true, or reports with enabled: false"
        yield Problem(REPORTS, "makes no report: neither weekly nor monthly", allowed=allowed)
    for name, schedule in settings.schedules.items():
        yield from _due(name, schedule)
    if settings.time_zone not in time_zones():
        yield Problem(
            (*REPORTS, "time_zone"),
            "is not a time zone",
            settings.time_zone,
            "a name of the time zone database",
            nearest(settings.time_zone, time_zones()),
        )


def _due(name: str, schedule: WeeklyReport) -> Iterator[Problem]:
    """A schedule is due, and at least once in each period."""
    path = (*REPORTS, name, "cron")
    try:
        days = longest_gap(schedule.cron) / MINUTES_PER_DAY
    except CronError as error:
        yield Problem(path, str(error), schedule.cron)
        return
    if days > DAYS[name]:
        message = f"leaves out reports: it may be {days:.0f} days until the next one"
        yield Problem(path, message, schedule.cron, f"a schedule of every {DAYS[name]} days")


@rule("platform")
def metrics_cover_reports(environment: Environment) -> Iterator[Problem]:
    """Prometheus keeps metrics for the whole period of each report."""
    platform = environment.platform
    if not (platform.reports.enabled and platform.monitoring.enabled):
        return
    monitoring = platform.monitoring
    kept = monitoring.retention_hours // 24
    local = monitoring.amp.enabled and monitoring.amp.local_retention_hours is not None
    setting = "amp.local_retention_hours" if local else "prometheus.retention_days"
    value = monitoring.retention_hours if local else kept
    for name, schedule in platform.reports.schedules.items():
        needed = _needed_days(name, schedule)
        if kept < needed:
            yield Problem(
                (*REPORTS, name),
                f"needs metrics of {needed} days, the period and the days until the report: "
                f"platform.monitoring.{setting} is {value}",
                allowed=(
                    f"{setting.partition('.')[2]} of {needed * 24 if local else needed} or more, "
                    f"or {name} with enabled: false"
                ),
                involved=(("platform", "monitoring", *setting.split(".")),),
            )


def _needed_days(name: str, schedule: WeeklyReport) -> int:
    """Days from the beginning of a period to the end of the day of its report."""
    try:
        due = due_days(schedule.cron)
    except CronError:  # which is a problem of its own
        return 0
    return DAYS[name] + max(day.day if name == "monthly" else day.isoweekday() for day in due)


@rule("platform")
def announcements_have_a_receiver(environment: Environment) -> Iterator[Problem]:
    """The receiver of announcements exists, and no other has the name of its copy."""
    settings = environment.platform.reports
    receivers = environment.platform.monitoring.alertmanager.receivers
    named = settings.announcement.receiver
    if named is None:
        return
    path = (*REPORTS, "announcement", "receiver")
    if named not in receivers:
        allowed = ", ".join(sorted(receivers)) or "none, there is no receiver"
        yield Problem(path, "names no receiver", named, allowed, nearest(named, receivers))
    if settings.enabled and REPORT_RECEIVER in receivers:
        message = "is the name of the receiver of announcements of reports"
        yield Problem((*RECEIVERS, REPORT_RECEIVER), message, REPORT_RECEIVER)
    if not settings.announcement.enabled:
        message = "has no effect while platform.reports.announcement.enabled is false"
        yield Problem(path, message, named)


@rule("platform", severity="warning")
def announcements_reach_someone(environment: Environment) -> Iterator[Problem]:
    """An announcement without a receiver of its own is one that a route or the default takes."""
    settings = environment.platform.reports
    alertmanager = environment.platform.monitoring.alertmanager
    announced = settings.enabled and settings.announcement.enabled
    if (
        announced
        and settings.announcement.receiver is None
        and not (alertmanager.default_receiver or alertmanager.routes)
    ):
        message = (
            "is sent to no receiver: it names none, and platform.monitoring.alertmanager has "
            "neither routes nor a default_receiver"
        )
        yield Problem((*REPORTS, "announcement"), message)


@rule("platform")
def pictures_have_a_renderer(environment: Environment) -> Iterator[Problem]:
    """Pictures come from Grafana's image renderer, and have different titles."""
    platform = environment.platform
    if not platform.reports.enabled or platform.reports.pictures is None:
        return
    path = (*REPORTS, "pictures")
    if not platform.monitoring.grafana.image_renderer.enabled:
        message = "need platform.monitoring.grafana.image_renderer.enabled, which is false"
        yield Problem(path, message)
    titles = [each.title for each in platform.reports.pictures.panels]
    for index, title in enumerate(titles):
        if title in titles[:index]:
            yield Problem((*path, "panels", index, "title"), "is a duplicate", title)


@rule("name", "account", "region", "state", "platform")
def report_bucket_is_of_reports_only(environment: Environment) -> Iterator[Problem]:
    """The bucket is not that of the Terraform state or of other data: its objects expire."""
    platform = environment.platform
    if not platform.reports.enabled:
        return
    bucket = names.reports(environment).bucket
    others = {names.state_bucket(environment): "the Terraform state"}
    if platform.velero.enabled:
        others[names.backups(environment).bucket] = "platform.velero"
    if platform.tracing.enabled:
        others[names.traces(environment).bucket] = "platform.tracing"
    if bucket in others:
        yield Problem(BUCKET, f"is the bucket of {others[bucket]}", bucket)


@rule("name", "account", "region", "platform")
def report_bucket_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """The bucket has no name that S3 reserves, and leaves room for that of its log bucket."""
    found = names.reports(environment)
    yield from reserved_bucket_name(BUCKET, found.bucket)
    yield from log_bucket_name_fits(BUCKET, found)
