"""Alerts fire on what breaks and keep quiet otherwise, as Prometheus itself evaluates them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.addons.monitoring.alerts.catalog import PARTS
from modules.addons.monitoring.alerts.chart_alerts import COVERED, REPLACED
from modules.addons.monitoring.alerts.component import TARGET_LABELS, Alert, Part
from support.alert_cases import STATES, cases, run, unit_tests
from support.prometheus_tools import promtool
from support.promql import metric_names

ALERTS = [(part, alert) for part in PARTS for alert in part.alerts]
NAMES = [alert.name for _, alert in ALERTS]

each_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
each_alert = pytest.mark.parametrize(("part", "alert"), ALERTS, ids=NAMES)


def rules(*parts: Part) -> dict[str, Any]:
    """The rules of parts as a file of Prometheus's."""
    return {
        "groups": [
            {"name": part.name, "rules": [alert.rule() for alert in part.alerts]} for part in parts
        ]
    }


def evaluated(folder: Path, made: dict[str, Any], part: Part) -> str:
    """What promtool finds wrong with rules by the cases of a part."""
    tests = unit_tests(part, "rules.yaml")
    return run(promtool(), folder, "test", "rules", "tests.yaml", rules=made, tests=tests)


def test_prometheus_accepts_every_rule(tmp_path: Path) -> None:
    assert run(promtool(), tmp_path, "check", "rules", "rules.yaml", rules=rules(*PARTS)) == ""


@each_part
def test_alerts_fire_on_the_fault_and_keep_quiet_without_it(part: Part, tmp_path: Path) -> None:
    assert evaluated(tmp_path, rules(part), part) == ""


@each_alert
def test_every_alert_has_a_case_that_fires_and_one_that_does_not(part: Part, alert: Alert) -> None:
    made = cases(part.name)[alert.name]
    assert set(made) == set(STATES)
    assert made["fires"].alerts
    assert not made["silent"].alerts


@each_part
def test_no_case_is_left_over_from_an_alert_that_is_gone(part: Part) -> None:
    assert set(cases(part.name)) == {alert.name for alert in part.alerts}


@pytest.mark.parametrize(
    ("expr", "state"),
    [("({expr}) and on () vector(1) == 0", "fires"), ("({expr}) or vector(1)", "silent")],
    ids=["never", "always"],
)
@each_part
def test_a_rule_that_never_or_always_fires_is_found(
    part: Part, expr: str, state: str, tmp_path: Path
) -> None:
    """The cases of each alert would notice."""
    broken = rules(part)
    for rule in broken["groups"][0]["rules"]:
        rule["expr"] = expr.format(expr=rule["expr"])
    wrong = evaluated(tmp_path, broken, part)
    names = [alert.name for alert in part.alerts]
    assert [name for name in names if f"name: {name} {state}," not in wrong] == []


def series(part: Part) -> Iterator[str]:
    for states in cases(part.name).values():
        for case in states.values():
            yield from case.series


@each_part
def test_cases_have_no_metric_or_label_that_does_not_exist(part: Part) -> None:
    """Else a rule and its case could agree on a metric that nobody exposes."""
    known = {name: labels for metrics in part.metrics for name, labels in metrics.labels.items()}
    assert [
        text
        for text in series(part)
        for name, labels in [text.rstrip("}").split("{")]
        if name not in known
        or not set(re.findall(r"(\w+)=", re.sub(r'"[^"]*"', '""', labels)))
        <= {*known[name], *TARGET_LABELS}
    ] == []


@each_part
def test_rules_read_metrics_that_are_documented(part: Part) -> None:
    known = {name for metrics in part.metrics for name in metrics.labels}
    wanted = {name for alert in part.alerts for name in metric_names(alert.expr)}
    assert wanted <= known
    assert all(metrics.source.startswith("https://") for metrics in part.metrics)


def test_names_of_alerts_are_unique_also_among_those_of_the_chart() -> None:
    chart = {name for breakage in COVERED for name in breakage.alerts} | set(REPLACED)
    assert len(NAMES) == len(set(NAMES))
    assert not chart & set(NAMES)


def test_what_takes_the_place_of_the_charts_alerts_exists() -> None:
    own = {name for names in REPLACED.values() for name in names}
    own |= {name for breakage in COVERED for name in breakage.own}
    assert own <= set(NAMES)


@each_alert
def test_an_alert_says_what_to_do(part: Part, alert: Alert) -> None:
    assert part.title
    assert alert.first
    assert all(step.endswith((".", "?")) for step in alert.first)
    assert alert.summary.endswith(".")
    # A summary is the same for all, so that notifications can be grouped by it.
    assert "{{" not in alert.summary
