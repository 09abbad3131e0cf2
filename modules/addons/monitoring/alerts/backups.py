"""Backups that Velero makes: three alerts for each schedule, with the times of that schedule."""

from typing import Final

from config.addons.velero import BackupSchedule
from config.environment import Environment
from modules.addons.monitoring.alerts.component import Alert, Metrics, Part
from modules.addons.velero import addon

_LABELS: Final = ("schedule",)

FAILURES: Final = (
    "velero_backup_failure_total",
    "velero_backup_partial_failure_total",
    "velero_backup_validation_failure_total",
)
"""Counters. `velero_backup_last_status` would say the same, but Velero sets it back to 1 a minute
after a failure: https://github.com/velero-io/velero/issues/9374"""

LAST_GOOD: Final = "velero_backup_last_successful_timestamp"
"""Velero reads it from the backups that are there, so that it survives a restart."""

LONGEST_LOOK: Final = 24
"""Hours that a failed backup is told of, if the next one does not come before."""

_FIRST: Final = (
    "`velero backup get --selector addon.io/schedule-name=<schedule>`, and `velero backup "
    "describe <backup> --details` for the newest: which volume, which object?",
    "`velero backup-location get`: `Unavailable` means that the bucket, its key or Velero's role "
    "is the matter; `kubectl -n velero logs deploy/velero` has AWS's answer.",
)


def alerts(schedules: dict[str, BackupSchedule]) -> tuple[Alert, ...]:
    """The alerts of schedules.

    Args:
        schedules: the schedules by name.
    """
    return tuple(
        alert
        for name, schedule in sorted(schedules.items())
        # The chart puts the release's name before.
        for alert in _of(f"{addon.NAME}-{name}", schedule)
    )


def _of(name: str, schedule: BackupSchedule) -> tuple[Alert, ...]:
    only, hours = f'{{schedule="{name}"}}', schedule.max_backup_age_hours
    window = min(schedule.interval_hours, LONGEST_LOOK)
    failed = "\n  + ".join(f"increase({metric}{only}[{window}h])" for metric in FAILURES)
    return (
        Alert(
            name="VeleroBackupFailed",
            severity="warning",
            expr=f"sum by (schedule) (\n  {failed}\n) > 0",
            hold="0m",
            summary="A backup failed, in whole or in part.",
            description="A backup of schedule {{ $labels.schedule }} failed.",
            meaning="What failed is not in the backup; the rest can be restored.",
            first=(
                *_FIRST,
                "Make another one when it is mended: `velero backup create --from-schedule "
                "<schedule>`.",
            ),
        ),
        Alert(
            name="VeleroBackupMissing",
            severity="critical",
            expr=f"time() - max by (schedule) ({LAST_GOOD}{only}) > {hours * 3600}",
            hold="15m",
            summary="A schedule has had no good backup for too long.",
            description=f"No good backup of schedule {{{{ $labels.schedule }}}} for {hours} hours.",
            meaning=(
                "What would be lost grows by the hour. The time is that of "
                "`alert_after_hours`, or follows from the schedule's `cron`."
            ),
            first=(
                *_FIRST,
                "`velero schedule get`: is the schedule paused?",
            ),
        ),
        Alert(
            name="VeleroBackupNeverMade",
            severity="critical",
            expr=f"absent({LAST_GOOD}{only})",
            hold=f"{hours}h",
            summary="A schedule has never had a good backup.",
            description=(
                f"Schedule {{{{ $labels.schedule }}}} has had no good backup in {hours} hours."
            ),
            meaning=(
                "There is nothing to restore from, or Velero does not run and nobody knows "
                "whether there is."
            ),
            first=(
                "`kubectl -n velero get pods`: does Velero run?",
                *_FIRST,
            ),
        ),
    )


def _for(environment: Environment) -> tuple[Alert, ...]:
    return alerts(environment.platform.velero.schedules)


BACKUPS: Final = Part(
    name="backups",
    title="Backups (Velero)",
    installed=addon.ADDON.installed,
    metrics=(
        Metrics(
            source="https://github.com/vmware-tanzu/velero/blob/main/pkg/metrics/metrics.go",
            labels=dict.fromkeys((*FAILURES, LAST_GOOD), _LABELS),
        ),
    ),
    alerts=alerts({"daily": BackupSchedule()}),
    alerts_for=_for,
)
