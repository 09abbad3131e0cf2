"""`python -m runner capacity`: what the pods ask for, for people."""

import subprocess
import sys
from pathlib import Path

from modules.capacity.report import capacity_report
from support.environments import example

PROJECT = Path(__file__).parents[2]


def capacity(environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "runner", "capacity", environment],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "160"},
    ).stdout


def test_it_lists_every_pod_and_the_sums() -> None:
    printed = capacity("prod")
    environment = example("prod")
    report = capacity_report(environment)
    for kind in report.pods:
        assert kind.addon in printed
        assert kind.name in printed
    for amount in (report.requested, report.available):
        assert amount is not None
        assert f"{amount.cpu:.2f}" in printed
        assert f"{amount.gib:.1f}" in printed
    assert "The pods fit" in printed
