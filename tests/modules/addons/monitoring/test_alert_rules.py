"""Alerts fire on the failure and stay silent without it, as Prometheus itself evaluates them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from modules.addons.catalog import all_addons
from modules.addons.monitoring.alerts import ADDONS_DIR, PREFIX, ComponentFiles, component_files
from modules.addons.monitoring.values import REPLACED
from support.alert_cases import FOLDER, STATES, cases, run, unit_tests
from support.prometheus_tools import promtool
from support.promql import selectors
from tools.docs.runbook import Alert, Component, components, covered_failures, runbook

COMPONENTS = [component for component in components() if component.rules]
ALERTS = [(component, alert) for component in COMPONENTS for alert in component.alerts]
NAMES = [alert.name for _, alert in ALERTS]

FILES = sorted([*ADDONS_DIR.glob("*/alerts.yaml"), *ADDONS_DIR.glob("*/*.alerts.yaml")])

TARGET_LABELS: Final = frozenset(
    {"job", "instance", "namespace", "service", "endpoint", "pod", "container"}
)
"""Labels that every series has from the pod that it was scraped from.
https://prometheus-operator.dev/docs/developer/getting-started/"""

each_file = pytest.mark.parametrize(
    "file", FILES, ids=lambda file: str(file.relative_to(ADDONS_DIR))
)
each_component = pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: each.name)
each_alert = pytest.mark.parametrize("alert", [alert for _, alert in ALERTS], ids=NAMES)


def rules(component: Component) -> dict[str, Any]:
    """The rules of a component as the content of a rule file."""
    made = [dict(rule) for rule in component.rules]
    return {"groups": [{"name": component.name, "rules": made}]}


def evaluated(folder: Path, made: dict[str, Any], component: Component) -> str:
    """What promtool finds wrong with rules by the cases of a component."""
    tests = unit_tests(component, "rules.yaml")
    return run(promtool(), folder, "test", "rules", "tests.yaml", rules=made, tests=tests)


@each_file
def test_promtool_accepts_the_file(file: Path) -> None:
    assert run(promtool(), file.parent, "check", "rules", file.name) == ""


@each_file
def test_the_file_belongs_to_an_add_on(file: Path) -> None:
    """A file with a misspelt release in its name would never be read."""
    assert file in [files.path("alerts.yaml") for files in component_files(all_addons())]


def test_groups_are_unique_and_not_named_like_those_of_the_chart() -> None:
    """Each becomes a PrometheusRule of its name."""
    names = [name for files in component_files(all_addons()) for name in files.groups()]
    assert len(names) == len(set(names))
    assert all(name.startswith(PREFIX) for name in names)


@each_component
def test_alerts_fire_on_the_failure_and_stay_silent_without_it(
    component: Component, tmp_path: Path
) -> None:
    assert evaluated(tmp_path, rules(component), component) == ""


@pytest.mark.parametrize(("component", "alert"), ALERTS, ids=NAMES)
def test_every_alert_has_a_case_that_fires_and_one_that_does_not(
    component: Component, alert: Alert
) -> None:
    made = cases(component.name).get(alert.name, {})
    assert set(made) == set(STATES), f"add its cases to {FOLDER}/{component.name}.yaml"
    assert made["fires"].alerts
    assert not made["silent"].alerts


@each_component
def test_every_case_belongs_to_an_alert(component: Component) -> None:
    assert set(cases(component.name)) == {alert.name for alert in component.alerts}


@pytest.mark.parametrize(
    ("expr", "state"),
    [("({expr}) and on () vector(1) == 0", "fires"), ("({expr}) or vector(1)", "silent")],
    ids=["never", "always"],
)
@each_component
def test_the_cases_find_a_rule_that_never_or_always_fires(
    component: Component, expr: str, state: str, tmp_path: Path
) -> None:
    broken = rules(component)
    for rule in broken["groups"][0]["rules"]:
        rule["expr"] = expr.format(expr=rule["expr"])
    wrong = evaluated(tmp_path, broken, component)
    names = [alert.name for alert in component.alerts]
    assert [name for name in names if f"name: {name} {state}," not in wrong] == []


def documented(component: Component) -> dict[str, set[str]]:
    """The labels of each metric of a component."""
    return {
        name: {*labels, *TARGET_LABELS}
        for metrics in component.metrics
        for name, labels in metrics.labels.items()
    }


def undocumented(component: Component, exprs: Iterator[str]) -> list[tuple[str, set[str]]]:
    """What expressions select that is not among a component's metrics and their labels."""
    known = documented(component)
    return [
        (name, labels)
        for expr in exprs
        for name, labels in selectors(expr)
        if name not in known or not labels <= known[name]
    ]


@each_component
def test_rules_select_documented_metrics_and_labels(component: Component) -> None:
    assert undocumented(component, (rule["expr"] for rule in component.rules)) == []
    assert all(metrics.source.startswith("https://") for metrics in component.metrics)


@each_component
def test_cases_have_documented_metrics_and_labels(component: Component) -> None:
    """A rule and its case could otherwise agree on a metric that does not exist."""
    states = cases(component.name).values()
    series = (text for each in states for case in each.values() for text in case.series)
    assert undocumented(component, series) == []


def test_a_metric_or_label_that_is_not_documented_is_found() -> None:
    (nodes,) = (component for component in COMPONENTS if component.name == "nodes")
    exprs = ['kube_node_condition{status="true"}', 'kube_node_status_condition{state="true"}']
    assert undocumented(nodes, iter(exprs)) == [
        ("kube_node_condition", {"status"}),
        ("kube_node_status_condition", {"state"}),
    ]


def test_names_of_alerts_are_unique_also_among_those_of_the_chart() -> None:
    chart = {name for covered in covered_failures() for name in covered.chart_alerts}
    assert len(NAMES) == len(set(NAMES))
    assert not (chart | set(REPLACED)) & set(NAMES)


def test_alerts_that_replace_or_add_to_the_charts_exist() -> None:
    own = {name for names in REPLACED.values() for name in names}
    own |= {name for covered in covered_failures() for name in covered.platform_alerts}
    assert own <= set(NAMES)


@each_alert
def test_the_runbook_has_impact_and_steps_of_every_alert(alert: Alert) -> None:
    assert alert.impact.endswith("."), "add its impact to runbook.yaml beside alerts.yaml"
    assert alert.runbook_steps, "add its runbook_steps to runbook.yaml beside alerts.yaml"
    assert all(step.endswith((".", "?")) for step in alert.runbook_steps)


@each_alert
def test_an_alert_has_severity_summary_and_runbook(alert: Alert) -> None:
    assert alert.severity in {"critical", "warning"}
    assert alert.summary.endswith(".")
    # A summary is the same for all series, so that notifications can be grouped by it.
    assert "{{" not in alert.summary
    assert alert.runbook == f"docs/alerts.md#{alert.name.lower()}"


@pytest.mark.parametrize(
    "files", [files for files in component_files(all_addons()) if runbook(files)], ids=str
)
def test_a_runbook_is_about_groups_and_alerts_that_exist(files: ComponentFiles) -> None:
    alerts = {group: set(about["alerts"]) for group, about in runbook(files).items()}
    assert alerts == {
        group: {rule["alert"] for rule in rules} for group, rules in files.groups().items()
    }
