"""`eks-platform capacity`: the requests of pods as readable text."""

import json
import re

import pytest

from modules.capacity.report import capacity_report
from rules.load import EXAMPLES
from support.command import command
from support.environments import example


def test_it_lists_every_pod_and_the_sums(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    printed = command(capsys, "capacity", str(EXAMPLES / "prod.yaml")).stdout
    environment = example("prod")
    report = capacity_report(environment)
    for pods in report.pods:
        assert pods.addon in printed
        assert pods.name in printed
    for amount in (report.requested, report.available):
        assert amount is not None
        assert f"{amount.cpu:.2f}" in printed
        assert f"{amount.gib:.1f}" in printed
    assert "these wait for a node from Karpenter" in printed
    assert "argo-cd redis-ha: 1 of 3, because each needs a node of its own" in printed


def test_it_counts_the_prefixes_and_addresses_of_as_many_nodes_as_limits_allow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    printed = command(capsys, "capacity", str(EXAMPLES / "prod.yaml")).stdout
    cells = [re.split(r" {2,}", line.strip()) for line in printed.splitlines()]
    assert ["system", "6", "110", "8", "48", "12"] in cells
    assert ["default, 8 CPUs each", "125", "110", "8", "1000", "250"] in cells
    assert ["Available", "2301", "726"] in cells
    assert "There are addresses for all of them, also without one zone." in printed


def test_as_json_it_has_the_numbers_of_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    printed = command(capsys, "capacity", str(EXAMPLES / "prod.yaml"), "--json").stdout
    data = json.loads(printed)["prod"]
    report = capacity_report(example("prod"))
    assert len(data["pods"]) == len(report.pods)
    assert data["system_nodes"]["count"] == report.count
    assert data["system_nodes"]["requested"]["cpu"] == float(report.requested.cpu)
    assert data["system_nodes"]["requested"]["memory"] == int(report.requested.memory)
    assert data["fits"] is True
    assert data["addresses"]["prefixes"]["available"] == 2301
