"""Alerts and dashboards of all add-ons, with what `runbook.yaml` beside them says.

`runbook.yaml` has for each group of `alerts.yaml` its title, the metrics that its alerts and its
dashboard read, and for each alert its impact and what to do. Prometheus reads none of it, and
`promtool` refuses unknown keys in a rule file, so it is a separate file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from modules.addons.catalog import all_addons
from modules.addons.monitoring.alerts import (
    PLATFORM_WIDE,
    PREFIX,
    ComponentFiles,
    Rule,
    component_files,
)

CHART_ALERTS: Final = PLATFORM_WIDE.path("chart_alerts.yaml")


@dataclass(frozen=True)
class Metrics:
    """Metrics of one origin.

    Prometheus adds the labels of the target that it scrapes. Where a metric has one of these
    itself, its own becomes `exported_<label>`, unless the ServiceMonitor sets `honorLabels`.

    Attributes:
        source: the page that documents them.
        labels: their labels, by metric.
    """

    source: str
    labels: Mapping[str, list[str]]


@dataclass(frozen=True)
class Alert:
    """An alert: what Prometheus reads and what the runbook says of it."""

    name: str
    severity: str
    expr: str
    for_: str
    summary: str
    description: str
    runbook: str
    impact: str
    runbook_steps: tuple[str, ...]


@dataclass(frozen=True)
class Component:
    """A group of rules, and the dashboard beside it.

    Attributes:
        name: its name, for example `karpenter`.
        title: its heading in the runbook.
        rules: its rules as they are in `alerts.yaml`.
        dashboard: its dashboard as Grafana reads it.
    """

    name: str
    title: str
    metrics: tuple[Metrics, ...]
    rules: tuple[Rule, ...]
    alerts: tuple[Alert, ...]
    dashboard: dict[str, Any] | None


@dataclass(frozen=True)
class CoveredFailure:
    """A failure that the chart's own alerts cover, and the platform's alerts that add to them."""

    failure: str
    chart_alerts: tuple[str, ...]
    platform_alerts: tuple[str, ...] = ()


@cache
def components() -> tuple[Component, ...]:
    """All components that can be installed, in the order of docs/alerts.md."""
    return tuple(_components())


def runbook(files: ComponentFiles) -> dict[str, Any]:
    """The content of `runbook.yaml` by group."""
    return _read(files.path("runbook.yaml"))


def covered_failures() -> tuple[CoveredFailure, ...]:
    """What the alerts of kube-prometheus-stack cover."""
    return tuple(
        CoveredFailure(
            each["failure"], tuple(each["chart_alerts"]), tuple(each.get("platform_alerts", ()))
        )
        for each in _read(CHART_ALERTS)["failures"]
    )


def chart_dashboards() -> dict[str, str]:
    """The dashboards of kube-prometheus-stack, by what they show."""
    return _read(CHART_ALERTS)["dashboards"]


def _components() -> Iterator[Component]:
    for files in component_files(all_addons()):
        texts, dashboard = runbook(files), files.dashboard()
        groups = files.groups() or ({dashboard["uid"]: []} if dashboard else {})
        for group, rules in groups.items():
            about = texts.get(group, {})
            name, alerts = group.removeprefix(PREFIX), about.get("alerts", {})
            yield Component(
                name=name,
                title=about.get("title", name),
                metrics=tuple(Metrics(**each) for each in about.get("metrics", ())),
                rules=tuple(rules),
                alerts=tuple(
                    _alert(rule, alerts.get(rule["alert"], {})) for rule in rules if "alert" in rule
                ),
                dashboard=dashboard,
            )
            dashboard = None


def _alert(rule: Rule, texts: Mapping[str, Any]) -> Alert:
    return Alert(
        name=rule["alert"],
        severity=rule["labels"]["severity"],
        expr=rule["expr"],
        for_=rule["for"],
        **rule["annotations"],
        impact=texts.get("impact", ""),
        runbook_steps=tuple(texts.get("runbook_steps", ())),
    )


def _read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_bytes()) if file.is_file() else {}
