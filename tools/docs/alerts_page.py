"""docs/alerts.md: `python -m tools.docs` writes it.

It is made of the same data as the alerts; a test compares it with the file.
"""

from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Final

from modules.addons.monitoring.values import REPLACED
from tools.docs.runbook import Alert, Component, chart_dashboards, components, covered_failures

FILE: Final = Path(__file__).parents[2] / "docs" / "alerts.md"

_INTRODUCTION: Final = """
# Alerts and dashboards

Written by `python -m tools.docs` from the files named below.

An environment has the alerts and dashboards of what it installs. Every alert has a severity
(`critical`: act now; `warning`: look at it within the day) and a `runbook` annotation, which names
its heading here. `platform.monitoring` decides who is notified. `promtool` runs each rule against
series with and without the fault (`tests/modules/addons/monitoring`).

To add alerts to an add-on, put files into its folder `modules/addons/<key>`; no list has to name
them:

- `alerts.yaml`: a rule file of Prometheus. `promtool check rules` reads it.
- `dashboard.json`: a dashboard as Grafana exports it.
- `runbook.yaml`, for this page and the tests: the title, the metrics with their labels and their
  source, and for each alert its impact and what to do.
- `alert_rules.py`, only where rules depend on settings: a function `rules`, which makes the rules
  of an environment from those of `alerts.yaml`.

Where a key configures several releases, `<release>.alerts.yaml` and so on belong to one of them.
Names of groups and uids of dashboards begin with `platform-`. Each alert has a case that fires and
one that does not in `tests/modules/addons/monitoring/series`.
"""


def page() -> str:
    """The page."""
    return "\n".join([*_introduction(), *_chart_alerts(), *_dashboards(), *_runbook(), ""])


def _introduction() -> Iterator[str]:
    yield from (cleandoc(_INTRODUCTION), "")
    yield from ("| Alert | Severity | Fires when |", "|---|---|---|")
    for component in components():
        for alert in component.alerts:
            yield f"| {_link(alert.name)} | {alert.severity} | {alert.summary} |"
    yield ""


def _chart_alerts() -> Iterator[str]:
    yield from ("## What kube-prometheus-stack covers", "")
    yield from (
        "The chart also installs its own rules, described at https://runbooks.prometheus-operator.dev/.",
        "",
        "| Failure | The chart's alerts | The platform's in addition |",
        "|---|---|---|",
    )
    for covered in covered_failures():
        own = ", ".join(map(_link, covered.platform_alerts))
        yield f"| {covered.failure} | {_codes(covered.chart_alerts)} | {own} |"
    yield from (
        "",
        "These are switched off (`defaultRules.disabled`), because others replace them:",
        "",
        "| The chart's alert | Replaced by |",
        "|---|---|",
    )
    for alert, own in REPLACED.items():
        yield f"| `{alert}` | {', '.join(map(_link, own))} |"
    yield from (
        "",
        "ECK has no Prometheus metrics of Elasticsearch; its disks are watched as volumes.",
        "",
    )


def _dashboards() -> Iterator[str]:
    yield from ("## Dashboards", "", "| Of | In Grafana |", "|---|---|")
    for what, where in chart_dashboards().items():
        yield f"| {what} | {where} (the chart's) |"
    for component in components():
        if component.dashboard is not None:
            title = component.dashboard["title"]
            yield f"| {component.title} | *{title}* in the folder *Platform* |"
    yield ""


def _runbook() -> Iterator[str]:
    for component in components():
        if component.alerts:
            yield from (f"## {component.title}", "", _sources(component), "")
        for alert in component.alerts:
            yield from _entry(alert)


def _sources(component: Component) -> str:
    return "Metrics: " + ", ".join(metrics.source for metrics in component.metrics) + "."


def _entry(alert: Alert) -> Iterator[str]:
    yield from (f"### {alert.name}", "", f"**{alert.summary}** {alert.impact}", "")
    yield from (f"Severity `{alert.severity}`, after {alert.for_}:", "")
    yield from ("```promql", alert.expr, "```", "", "What to do:", "")
    yield from (f"{number}. {step}" for number, step in enumerate(alert.runbook_steps, start=1))
    yield ""


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
