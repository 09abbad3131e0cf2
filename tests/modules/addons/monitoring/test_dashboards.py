"""Dashboards that Grafana can load, with queries that Prometheus can parse."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import pytest

from modules.addons.catalog import all_addons
from modules.addons.monitoring.alerts import ADDONS_DIR, PREFIX, component_files
from support.alert_cases import run
from support.prometheus_tools import promtool
from support.promql import selectors
from tools.docs.runbook import Component, components

Dashboard = dict[str, Any]

GRID_WIDTH: Final = 24
"""https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/#panel-size-and-position"""

FILES = sorted([*ADDONS_DIR.glob("*/dashboard.json"), *ADDONS_DIR.glob("*/*.dashboard.json")])
DASHBOARDS: dict[Path, Dashboard] = {file: json.loads(file.read_text()) for file in FILES}

each_dashboard = pytest.mark.parametrize(
    "dashboard",
    DASHBOARDS.values(),
    ids=[str(file.relative_to(ADDONS_DIR)) for file in FILES],
)
each_component = pytest.mark.parametrize(
    "component", [each for each in components() if each.dashboard], ids=lambda each: each.name
)


def variables(dashboard: Dashboard) -> list[dict[str, Any]]:
    """The variables of a dashboard, without the data source."""
    return dashboard["templating"]["list"][1:]


def queries(dashboard: Dashboard) -> Iterator[str]:
    """The queries of a dashboard, with values in the place of Grafana's variables."""
    names = "|".join(each["name"] for each in variables(dashboard))
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            expr = target["expr"].replace("$__rate_interval", "5m")
            yield re.sub(rf"\$({names})\b", "x", expr)


def choice(variable: dict[str, Any]) -> tuple[str, str]:
    """The metric and the label whose values a variable offers."""
    found = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"])
    assert found is not None
    return found[1], found[2]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ADDONS_DIR)))
def test_the_file_belongs_to_an_add_on(file: Path) -> None:
    """A file with a misspelt release in its name would never be read."""
    assert file in [files.path("dashboard.json") for files in component_files(all_addons())]


def test_uids_and_titles_are_unique() -> None:
    for field in ("uid", "title"):
        found = [dashboard[field] for dashboard in DASHBOARDS.values()]
        assert len(found) == len(set(found))


@each_dashboard
def test_grafana_accepts_the_dashboards_identifiers(dashboard: Dashboard) -> None:
    # https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/#identifier-id-vs-unique-identifier-uid
    assert len(dashboard["uid"]) <= 40
    assert dashboard["uid"].startswith(PREFIX)
    # Grafana assigns the `id` of a dashboard when it stores it.
    assert dashboard.get("id") is None
    numbers = [panel["id"] for panel in dashboard["panels"]]
    assert len(numbers) == len(set(numbers))


def test_prometheus_parses_every_query(tmp_path: Path) -> None:
    exprs = [expr for dashboard in DASHBOARDS.values() for expr in queries(dashboard)]
    records = [{"record": f"a:{number}", "expr": expr} for number, expr in enumerate(exprs)]
    rules = {"groups": [{"name": "queries", "rules": records}]}
    assert run(promtool(), tmp_path, "check", "rules", "rules.yaml", rules=rules) == ""
    assert len(exprs) > 50


def test_a_query_that_cannot_be_parsed_is_found(tmp_path: Path) -> None:
    rules = {"groups": [{"name": "q", "rules": [{"record": "a:b", "expr": "sum by (x"}]}]}
    wrong = run(promtool(), tmp_path, "check", "rules", "rules.yaml", rules=rules)
    assert "could not parse expression" in wrong


@each_dashboard
def test_queries_name_no_variable_that_the_dashboard_lacks(dashboard: Dashboard) -> None:
    assert [expr for expr in queries(dashboard) if "$" in expr] == []


@each_dashboard
def test_every_variable_has_an_effect(dashboard: Dashboard) -> None:
    text = json.dumps([panel["targets"] for panel in dashboard["panels"]]).replace('\\"', '"')
    names = [variable["name"] for variable in variables(dashboard)]
    assert [name for name in names if f'=~"${name}"' not in text] == []


@each_dashboard
def test_every_query_uses_the_chosen_data_source(dashboard: Dashboard) -> None:
    assert dashboard["templating"]["list"][0]["type"] == "datasource"
    found = [
        source["uid"]
        for panel in dashboard["panels"]
        for source in (panel["datasource"], *(each["datasource"] for each in panel["targets"]))
    ]
    assert set(found) == {"${datasource}"}


@each_component
def test_queries_select_documented_metrics_and_labels(component: Component) -> None:
    dashboard = component.dashboard or {}
    known = {
        name: {*labels, "pod"}
        for metrics in component.metrics
        for name, labels in metrics.labels.items()
    }
    assert [
        (name, labels)
        for expr in queries(dashboard)
        for name, labels in selectors(expr)
        if name not in known or not labels <= known[name]
    ] == []
    chosen = [choice(variable) for variable in variables(dashboard)]
    assert [(name, label) for name, label in chosen if label not in known[name]] == []


@each_component
def test_legends_name_documented_labels(component: Component) -> None:
    known = {"pod"} | {
        label
        for metrics in component.metrics
        for labels in metrics.labels.values()
        for label in labels
    }
    assert set(re.findall(r"\{\{(\w+)\}\}", json.dumps(component.dashboard))) <= known


@each_dashboard
def test_panels_lie_beside_each_other_within_the_grid(dashboard: Dashboard) -> None:
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    assert all(place["x"] + place["w"] <= GRID_WIDTH for place in places)
    assert [(a, b) for a, b in combinations(places, 2) if overlap(a, b)] == []


def overlap(a: dict[str, int], b: dict[str, int]) -> bool:
    return all(
        a[start] < b[start] + b[size] and b[start] < a[start] + a[size]
        for start, size in (("x", "w"), ("y", "h"))
    )
