"""The alerts about backups, which Velero's own release brings."""

from pathlib import Path
from typing import Any

import pytest

from config.velero import BackupSchedule
from modules.addons.velero_alerts import alerts
from support.alert_cases import run
from support.prometheus_tools import promtool

RULES = {
    "groups": [
        {
            "name": "velero",
            "rules": alerts("velero", {"daily": BackupSchedule(alert_after_hours=36)}),
        }
    ]
}
SCHEDULE = '{schedule="velero-daily"}'


def problems(folder: Path, alert: str, at: str, series: dict[str, str], *fired: Any) -> str:
    """What promtool finds wrong with the alerts that fire."""
    test = {
        "interval": "5m",
        "input_series": [{"series": key, "values": each} for key, each in series.items()],
        "alert_rule_test": [{"eval_time": at, "alertname": alert, "exp_alerts": fired}],
    }
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "5m", "tests": [test]}
    return run(promtool(), folder, "test", "rules", "tests.yaml", rules=RULES, tests=tests)


@pytest.mark.parametrize(("status", "fires"), [("0x10", True), ("1x10", False)])
def test_a_failed_backup_is_told(status: str, fires: bool, tmp_path: Path) -> None:
    fired = {
        "exp_labels": {"severity": "warning", "schedule": "velero-daily"},
        "exp_annotations": {
            "summary": "The last backup of schedule velero-daily failed.",
            "description": "See why with: velero backup describe --details <backup>",
        },
    }
    series = {f"velero_backup_last_status{SCHEDULE}": status}
    assert (
        problems(tmp_path, "VeleroBackupFailed", "30m", series, *([fired] if fires else [])) == ""
    )


@pytest.mark.parametrize(
    ("last_good", "fires"), [("0x500", True), ("86400x500", False)], ids=["at 0 h", "at 24 h"]
)
def test_a_schedule_without_a_good_backup_is_told(
    last_good: str, fires: bool, tmp_path: Path
) -> None:
    """Thirty-seven hours after time began."""
    fired = {
        "exp_labels": {"severity": "critical", "schedule": "velero-daily"},
        "exp_annotations": {"summary": "No good backup of schedule velero-daily for 36 hours."},
    }
    series = {f"velero_backup_last_successful_timestamp{SCHEDULE}": last_good}
    wanted = [fired] if fires else []
    assert problems(tmp_path, "VeleroBackupMissing", "37h", series, *wanted) == ""
