"""Dashboards that Grafana can load, with queries that Prometheus can parse."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from modules.addons.monitoring.alerts.catalog import PARTS
from modules.addons.monitoring.alerts.component import Part
from modules.addons.monitoring.alerts.dashboard import WIDTH, Panel, Query
from modules.addons.monitoring.alerts.dashboard import Dashboard as Data
from support.alert_cases import run
from support.prometheus_tools import promtool
from support.promql import metric_names

DASHBOARDS = [part for part in PARTS if part.dashboard is not None]

each_dashboard = pytest.mark.parametrize("part", DASHBOARDS, ids=lambda part: part.name)


def model(part: Part) -> dict[str, Any]:
    """A part's dashboard as Grafana reads it."""
    assert part.dashboard is not None
    return json.loads(json.dumps(part.dashboard.model()))


def queries(part: Part) -> Iterator[str]:
    for panel in model(part)["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def plain(part: Part, expr: str) -> str:
    """A query with a value in the place of Grafana's variables."""
    names = [variable["name"] for variable in model(part)["templating"]["list"]]
    expr = expr.replace("$__rate_interval", "5m")
    return re.sub(rf"\$({'|'.join(names)})\b", "x", expr)


def test_uids_and_titles_are_unique() -> None:
    for field in ("uid", "title"):
        found = [model(part)[field] for part in DASHBOARDS]
        assert len(found) == len(set(found))
    # https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/#identifier-id-vs-unique-identifier-uid
    assert all(len(model(part)["uid"]) <= 40 for part in DASHBOARDS)


def test_prometheus_parses_every_query(tmp_path: Path) -> None:
    exprs = [plain(part, expr) for part in DASHBOARDS for expr in queries(part)]
    records = [{"record": f"a:{number}", "expr": expr} for number, expr in enumerate(exprs)]
    rules = {"groups": [{"name": "queries", "rules": records}]}
    assert run(promtool(), tmp_path, "check", "rules", "rules.yaml", rules=rules) == ""
    assert len(exprs) > 50


def test_a_query_that_cannot_be_parsed_is_found(tmp_path: Path) -> None:
    rules = {"groups": [{"name": "q", "rules": [{"record": "a:b", "expr": "sum by (x"}]}]}
    wrong = run(promtool(), tmp_path, "check", "rules", "rules.yaml", rules=rules)
    assert "could not parse expression" in wrong


@each_dashboard
def test_no_variable_is_left_that_the_dashboard_does_not_have(part: Part) -> None:
    assert [expr for expr in queries(part) if "$" in plain(part, expr)] == []


@each_dashboard
def test_every_choice_has_an_effect(part: Part) -> None:
    text = " ".join(queries(part))
    chosen = [each["name"] for each in model(part)["templating"]["list"][1:]]
    assert [name for name in chosen if f'=~"${name}"' not in text] == []


@each_dashboard
def test_every_query_asks_the_data_source_that_is_chosen(part: Part) -> None:
    made = model(part)
    assert made["templating"]["list"][0]["type"] == "datasource"
    found = [
        source["uid"]
        for panel in made["panels"]
        for source in (panel["datasource"], *(each["datasource"] for each in panel["targets"]))
    ]
    assert set(found) == {"${datasource}"}


@each_dashboard
def test_queries_read_metrics_that_are_documented(part: Part) -> None:
    known = {name for metrics in part.metrics for name in metrics.labels}
    assert part.dashboard is not None
    chosen = {variable.metric for variable in part.dashboard.variables}
    assert {name for expr in queries(part) for name in metric_names(expr)} | chosen <= known


@each_dashboard
def test_legends_and_choices_have_labels_that_exist(part: Part) -> None:
    assert part.dashboard is not None
    known = {"pod", "le"} | {
        label for metrics in part.metrics for labels in metrics.labels.values() for label in labels
    }
    text = json.dumps(model(part))
    assert set(re.findall(r"\{\{(\w+)\}\}", text)) <= known
    assert {variable.label for variable in part.dashboard.variables} <= known


@each_dashboard
def test_panels_lie_beside_each_other_within_the_grid(part: Part) -> None:
    places = [panel["gridPos"] for panel in model(part)["panels"]]
    assert all(place["x"] + place["w"] <= WIDTH for place in places)
    assert [(a, b) for a, b in combinations(places, 2) if overlap(a, b)] == []


def overlap(a: dict[str, int], b: dict[str, int]) -> bool:
    return all(
        a[start] < b[start] + b[size] and b[start] < a[start] + a[size]
        for start, size in (("x", "w"), ("y", "h"))
    )


def test_a_row_of_numbers_is_followed_by_rows_of_graphs() -> None:
    panel = Panel("Graph", (Query("up"),))
    number = Panel("Number", (Query("up"),), kind="stat")
    made = Data(uid="a", title="A", panels=(number, number, panel, panel, panel)).model()
    assert [(at["gridPos"]["x"], at["gridPos"]["y"]) for at in made["panels"]] == [
        *[(0, 0), (6, 0)],
        *[(0, 4), (12, 4)],
        (0, 12),
    ]
