"""docs/alerts.md: `python -m tools.docs` writes it.

It is made of the same data as the alerts; a test compares it with the file.
"""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Final

from modules.addons.monitoring.alerts.catalog import PARTS
from modules.addons.monitoring.alerts.chart_alerts import COVERED, DASHBOARDS, REPLACED
from modules.addons.monitoring.alerts.component import RUNBOOK, Alert, Part

FILE: Final = Path(__file__).parents[2] / RUNBOOK

_INTRODUCTION: Final = """
# Alerts and dashboards

Written by `python -m tools.docs` from the data of the alerts.

An environment has the alerts and dashboards of the parts that it installs. Every alert carries a
severity (`critical`: somebody has to act now, `warning`: somebody has to look within the day) and
a `runbook` annotation, which names its heading here. Who is told is up to
`platform.monitoring`. `promtool` runs each rule against series with and without the fault
(`tests/monitoring`).
"""


def page() -> str:
    """The page."""
    return "\n".join([*_introduction(), *_shipped(), *_dashboards(), *_runbook(), ""])


def _introduction() -> Iterator[str]:
    yield from (cleandoc(_INTRODUCTION), "")
    yield from ("| Alert | Severity | Fires when |", "|---|---|---|")
    for part in PARTS:
        for alert in part.alerts:
            yield f"| {_link(alert.name)} | {alert.severity} | {alert.summary} |"
    yield ""


def _shipped() -> Iterator[str]:
    yield from ("## What kube-prometheus-stack watches", "")
    yield from (
        "The chart brings rules of its own, described at https://runbooks.prometheus-operator.dev/.",
        "",
        "| What breaks | The chart's alerts | Ours besides |",
        "|---|---|---|",
    )
    for breakage in COVERED:
        own = ", ".join(map(_link, breakage.own))
        yield f"| {breakage.what} | {_codes(breakage.alerts)} | {own} |"
    yield from (
        "",
        "These are switched off (`defaultRules.disabled`), because others take their place:",
        "",
        "| The chart's alert | In its place |",
        "|---|---|",
    )
    for alert, own in REPLACED.items():
        yield f"| `{alert}` | {', '.join(map(_link, own))} |"
    yield from (
        "",
        "ECK offers no metrics of Elasticsearch to Prometheus; its disks are watched as volumes.",
        "",
    )


def _dashboards() -> Iterator[str]:
    yield from ("## Dashboards", "", "| Of | In Grafana |", "|---|---|")
    for what, where in DASHBOARDS.items():
        yield f"| {what} | {where} (the chart's) |"
    for part in PARTS:
        if part.dashboard is not None:
            yield f"| {part.title} | *{part.dashboard.title}* in the folder *Platform* |"
    yield ""


def _runbook() -> Iterator[str]:
    for part in PARTS:
        yield from (f"## {part.title}", "", _sources(part), "")
        for alert in part.alerts:
            yield from _entry(alert)


def _sources(part: Part) -> str:
    return "Metrics: " + ", ".join(metrics.source for metrics in part.metrics) + "."


def _entry(alert: Alert) -> Iterator[str]:
    yield from (f"### {alert.name}", "", f"**{alert.summary}** {alert.meaning}", "")
    yield from (f"Severity `{alert.severity}`, after {alert.hold}:", "")
    yield from ("```promql", cleandoc(alert.expr), "```", "", "First:", "")
    yield from (f"{number}. {step}" for number, step in enumerate(alert.first, start=1))
    yield ""


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
