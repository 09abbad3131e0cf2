"""The alerts about backups follow each schedule: a day is late for an hourly one, not a weekly."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from config.addons.velero import BackupSchedule
from modules.addons.monitoring.alerts import ComponentFiles
from modules.addons.velero.alert_rules import rules_of
from support.alert_cases import run
from support.prometheus_tools import promtool

((GROUP, RULES),) = ComponentFiles("velero").groups().items()

LAST_GOOD = "velero_backup_last_successful_timestamp"

SCHEDULES = {
    "hourly": BackupSchedule(cron="0 * * * *"),
    "weekly": BackupSchedule(cron="@weekly"),
    "own": BackupSchedule(cron="0 * * * *", alert_after_hours=6),
}
HOURS = {"hourly": 3, "weekly": 180, "own": 6}


def fired(alert: str, description: str, name: str) -> dict[str, Any]:
    return {
        "exp_labels": {"severity": "critical", "schedule": f"velero-{name}"},
        "exp_annotations": {
            "summary": {
                "VeleroBackupMissing": "A schedule has had no good backup for too long.",
                "VeleroBackupNeverMade": "A schedule has never had a good backup.",
            }[alert],
            "description": description,
            "runbook": f"docs/alerts.md#{alert.lower()}",
        },
    }


def problems(
    folder: Path, name: str, alert: str, at: int, series: dict[str, str], *expected: Any
) -> str:
    """What promtool finds wrong with the alerts of a schedule that fire, at an hour."""
    rules = {"groups": [{"name": GROUP, "rules": rules_of({name: SCHEDULES[name]}, RULES)}]}
    test = {
        "interval": "30m",
        "input_series": [{"series": key, "values": each} for key, each in series.items()],
        "alert_rule_test": [{"eval_time": f"{at}h", "alertname": alert, "exp_alerts": expected}],
    }
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "30m", "tests": [test]}
    return run(promtool(), folder, "test", "rules", "tests.yaml", rules=rules, tests=tests)


@pytest.mark.parametrize("name", SCHEDULES)
def test_an_alert_fires_when_the_last_good_backup_is_too_old(name: str, tmp_path: Path) -> None:
    """The last good backup was at the time 0."""
    hours, alert = HOURS[name], "VeleroBackupMissing"
    series = {f'{LAST_GOOD}{{schedule="velero-{name}"}}': "0x500"}
    description = f"No good backup of schedule velero-{name} for {hours} hours."
    wanted = fired(alert, description, name)
    assert problems(tmp_path, name, alert, hours - 1, series) == ""
    assert problems(tmp_path, name, alert, hours + 2, series, wanted) == ""


@pytest.mark.parametrize("name", SCHEDULES)
def test_an_alert_fires_when_there_never_was_a_good_backup(name: str, tmp_path: Path) -> None:
    hours, alert = HOURS[name], "VeleroBackupNeverMade"
    description = f"Schedule velero-{name} has had no good backup in {hours} hours."
    wanted = fired(alert, description, name)
    other = {f'{LAST_GOOD}{{schedule="velero-other"}}': "0x500"}
    own = {f'{LAST_GOOD}{{schedule="velero-{name}"}}': "0x500"}
    assert problems(tmp_path, name, alert, hours - 1, other) == ""
    assert problems(tmp_path, name, alert, hours + 1, other, wanted) == ""
    assert problems(tmp_path, name, alert, hours + 1, own) == ""


def test_a_failed_backup_fires_its_alert_until_the_next_one(tmp_path: Path) -> None:
    """One hour for an hourly schedule."""
    only = '{schedule="velero-hourly"}'
    series = {
        f"velero_backup_failure_total{only}": "0x3 1x20",
        f"velero_backup_partial_failure_total{only}": "0x30",
        f"velero_backup_validation_failure_total{only}": "0x30",
    }
    wanted = {
        "exp_labels": {"severity": "warning", "schedule": "velero-hourly"},
        "exp_annotations": {
            "summary": "A backup failed, in whole or in part.",
            "description": "A backup of schedule velero-hourly failed.",
            "runbook": "docs/alerts.md#velerobackupfailed",
        },
    }
    assert problems(tmp_path, "hourly", "VeleroBackupFailed", 1, series) == ""
    assert problems(tmp_path, "hourly", "VeleroBackupFailed", 2, series, wanted) == ""
    assert problems(tmp_path, "hourly", "VeleroBackupFailed", 4, series) == ""


def test_the_file_has_the_rules_of_the_default_schedule() -> None:
    assert rules_of({"daily": BackupSchedule()}, RULES) == RULES


def test_every_rule_follows_the_schedule() -> None:
    """No name, range or time of the default one is left in the rules of another."""
    for rule in rules_of({"weekly": SCHEDULES["weekly"]}, RULES):
        text = json.dumps(rule)
        assert 'schedule=\\"velero-weekly\\"' in text
        assert not re.search(r"daily|129600|36h|36 hours", text)


def test_a_name_that_looks_like_a_time_stays_as_it_is() -> None:
    made = rules_of({"36h": SCHEDULES["weekly"]}, RULES)
    assert all('{schedule="velero-36h"}' in rule["expr"] for rule in made)


def test_rules_are_in_the_order_of_the_schedules_names() -> None:
    made = rules_of({"b": SCHEDULES["weekly"], "a": SCHEDULES["hourly"]}, RULES)
    assert ["velero-a" in rule["expr"] for rule in made] == [True] * 3 + [False] * 3
