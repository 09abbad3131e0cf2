"""Grafana dashboards from compact data.

Source: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Final, Literal

DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
"""Whatever Prometheus is chosen at the top of the dashboard."""

SCHEMA_VERSION: Final = 39
"""Of Grafana 11; later versions migrate it when they load it."""

Kind = Literal["timeseries", "stat"]

WIDTH: Final = 24
"""Columns of Grafana's grid."""

_SIZES: Final[dict[Kind, tuple[int, int]]] = {"stat": (6, 4), "timeseries": (12, 8)}
"""Width and height of a panel in Grafana's grid."""


@dataclass(frozen=True)
class Query:
    """A query.

    Attributes:
        expr: PromQL; `$__rate_interval` and the dashboard's variables stand for what is chosen.
        legend: name of a series, with labels as `{{label}}`; empty for all of its labels.
    """

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """A panel.

    Attributes:
        title: its title.
        queries: what it shows.
        unit: unit of the values, an id of Grafana:
            https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts
        kind: a graph, or one number.
        description: what a reader should know, shown at the title.
    """

    title: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: Kind = "timeseries"
    description: str = ""


@dataclass(frozen=True)
class Variable:
    """A choice at the top of a dashboard, of several values or of all.

    Attributes:
        name: its name, which a query has after `$` in a `=~` matcher.
        metric: the metric whose label gives the values.
        label: this label.
    """

    name: str
    metric: str
    label: str


@dataclass(frozen=True)
class Dashboard:
    """A dashboard.

    Attributes:
        uid: its place in Grafana's addresses, unique in the platform.
        title: its title.
        panels: its panels, in reading order; numbers come before graphs.
        variables: its choices.
    """

    uid: str
    title: str
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...] = ()

    def model(self) -> dict[str, Any]:
        """The dashboard as Grafana reads it."""
        return {
            "uid": self.uid,
            "title": self.title,
            "tags": ["platform"],
            "schemaVersion": SCHEMA_VERSION,
            "editable": False,
            "refresh": "1m",
            "time": {"from": "now-6h", "to": "now"},
            "templating": {"list": [_datasource(), *map(_variable, self.variables)]},
            "panels": list(_panels(self.panels)),
        }


def _datasource() -> dict[str, Any]:
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "current": {"text": "default", "value": "default"},
    }


def _variable(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "type": "query",
        "datasource": DATASOURCE,
        "query": {
            "query": f"label_values({variable.metric}, {variable.label})",
            "refId": variable.name,
        },
        # When the time range changes.
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def _panels(panels: Sequence[Panel]) -> Iterator[dict[str, Any]]:
    """Places panels from left to right; a row is as high as its first panel."""
    x = y = row = 0
    for number, panel in enumerate(panels, start=1):
        width, height = _SIZES[panel.kind]
        if x + width > WIDTH or height != row:
            x, y, row = 0, y + row, height
        yield _panel(number, panel) | {"gridPos": {"x": x, "y": y, "w": width, "h": height}}
        x += width


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [_target(*item) for item in zip("ABCDEF", panel.queries, strict=False)],
    }
    if panel.kind == "timeseries":
        made["options"] = {"legend": {"displayMode": "table", "placement": "bottom"}}
    if panel.description:
        made["description"] = panel.description
    return made


def _target(reference: str, query: Query) -> dict[str, Any]:
    return {
        "refId": reference,
        "datasource": DATASOURCE,
        "expr": cleandoc(query.expr),
        "legendFormat": query.legend or "__auto",
    }
