"""The cases of alerts in tests/modules/addons/monitoring/series, and promtool, which runs them."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from promql_parser import parse_duration

from tools.docs.runbook import Alert, Component

FOLDER: Final = Path(__file__).parents[1] / "modules" / "addons" / "monitoring" / "series"

STATES: Final = ("fires", "silent")


@dataclass(frozen=True)
class Case:
    """Series, and the alerts that fire at a point in time.

    Attributes:
        at: the time, for example `10m`, after the first sample.
        series: values in promtool's notation, by series, one in each interval:
            https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
        alerts: labels and description of each alert that fires.
        interval: from one sample to the next.
    """

    at: str
    series: Mapping[str, str]
    alerts: Sequence[Mapping[str, Any]] = ()
    interval: str = "1m"


@cache
def cases(component: str) -> dict[str, dict[str, Case]]:
    """The cases of a component by alert and state; empty where it has none."""
    file = FOLDER / f"{component}.yaml"
    # All is text: `0x20` means twenty-one zeros here, not a hexadecimal number.
    read = yaml.load(file.read_text(), yaml.BaseLoader) if file.is_file() else {}  # noqa: S506
    return {
        alert: {state: Case(**case) for state, case in states.items()}
        for alert, states in read.items()
    }


def unit_tests(component: Component, rules: str) -> dict[str, Any]:
    """The cases of a component as promtool reads them, for a file of rules."""
    alerts = {alert.name: alert for alert in component.alerts}
    intervals = {case.interval for each in cases(component.name).values() for case in each.values()}
    return {
        "rule_files": [rules],
        "evaluation_interval": min(intervals, key=parse_duration, default="1m"),
        "tests": [
            {
                "name": f"{alert} {state}",
                "interval": case.interval,
                "input_series": [
                    {"series": series, "values": values} for series, values in case.series.items()
                ],
                "alert_rule_test": [
                    {
                        "eval_time": case.at,
                        "alertname": alert,
                        "exp_alerts": [_expected(alerts[alert], fired) for fired in case.alerts],
                    }
                ],
            }
            for alert, states in cases(component.name).items()
            for state, case in states.items()
        ],
    }


def _expected(alert: Alert, fired: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "exp_labels": {"severity": alert.severity, **fired["labels"]},
        "exp_annotations": {
            "summary": alert.summary,
            "description": fired["description"],
            "runbook": alert.runbook,
        },
    }


def run(tool: Path, folder: Path, *arguments: str, **files: Any) -> str:
    """Runs promtool in a folder, and returns what it wrote if it found something wrong.

    Args:
        files: contents of files in the folder by name, to which `.yaml` is added.
    """
    for name, content in files.items():
        # JSON is YAML.
        (folder / f"{name}.yaml").write_text(json.dumps(content))
    done = subprocess.run(
        [str(tool), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""
