"""What Prometheus says of backups."""

from typing import Any

from config.velero import BackupSchedule


def alerts(release: str, schedules: dict[str, BackupSchedule]) -> list[dict[str, Any]]:
    """An alert for failures, and one for each schedule that has had no good backup for too long.

    Args:
        release: name of Velero's release, which the chart puts before the schedules' names.
        schedules: the schedules by name.

    Source of the metrics: https://github.com/vmware-tanzu/velero/blob/main/pkg/metrics/metrics.go
    """
    return [
        {
            "alert": "VeleroBackupFailed",
            "expr": 'velero_backup_last_status{schedule!=""} != 1',
            "for": "15m",
            "labels": {"severity": "warning"},
            "annotations": {
                "summary": "The last backup of schedule {{ $labels.schedule }} failed.",
                "description": "See why with: velero backup describe --details <backup>",
            },
        },
        *(_missing(f"{release}-{name}", schedule) for name, schedule in sorted(schedules.items())),
    ]


def _missing(name: str, schedule: BackupSchedule) -> dict[str, Any]:
    hours = schedule.alert_after_hours
    metric = f'velero_backup_last_successful_timestamp{{schedule="{name}"}}'
    return {
        "alert": "VeleroBackupMissing",
        "expr": f"time() - {metric} > {hours * 3600}",
        "for": "15m",
        "labels": {"severity": "critical"},
        "annotations": {"summary": f"No good backup of schedule {name} for {hours} hours."},
    }
