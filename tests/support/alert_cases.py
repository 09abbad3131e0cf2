"""Cases of alerts, and the unit tests of promtool that they come to."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from modules.addons.monitoring.alerts.component import Alert, Part

FOLDER: Final = Path(__file__).parents[1] / "modules" / "addons" / "monitoring" / "series"

STATES: Final = ("fires", "silent")


@dataclass(frozen=True)
class Case:
    """A case: series, and the alerts that fire at a point in time.

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
def cases(part: str) -> dict[str, dict[str, Case]]:
    """The cases of a part's alerts by alert and state; empty where there are none.

    Args:
        part: the part's name.
    """
    file = FOLDER / f"{part}.yaml"
    # All is text: `0x20` means twenty-one zeros here, not a hexadecimal number.
    read = yaml.load(file.read_text(), yaml.BaseLoader) if file.is_file() else {}  # noqa: S506
    return {
        alert: {state: Case(**case) for state, case in states.items()}
        for alert, states in read.items()
    }


def unit_tests(part: Part, rules: str) -> dict[str, Any]:
    """The cases of a part as promtool reads them.

    Args:
        part: the part.
        rules: name of the file with its rules.
    """
    alerts = {alert.name: alert for alert in part.alerts}
    return {
        "rule_files": [rules],
        "evaluation_interval": "1m",
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
            for alert, states in cases(part.name).items()
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
    """Runs promtool in a folder.

    Args:
        tool: promtool.
        folder: where the files go.
        arguments: arguments, the names of files among them.
        files: content by name, to which `.yaml` is added.

    Returns:
        What promtool wrote, empty where it found nothing wrong.
    """
    for name, content in files.items():
        # JSON is YAML.
        (folder / f"{name}.yaml").write_text(json.dumps(content))
    done = subprocess.run(
        [str(tool), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""
