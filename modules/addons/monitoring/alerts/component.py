"""What there is to watch in a part of the platform: its metrics, alerts and dashboard."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Final, Literal

from config.environment import Environment
from modules.addons.monitoring.alerts.dashboard import Dashboard

Severity = Literal["critical", "warning"]
"""critical: somebody has to act now. warning: somebody has to look within the day."""

RUNBOOK: Final = "docs/alerts.md"
"""What the alerts mean and what to do first, by name."""


@dataclass(frozen=True)
class Alert:
    """An alert.

    Attributes:
        name: its name, unique in the platform.
        severity: how soon somebody has to act.
        expr: PromQL that gives a series for each thing that is wrong.
        hold: how long it has to stay wrong, for example `15m`.
        summary: one sentence, the same for all things.
        description: a sentence or two about the thing at hand; a template of Prometheus:
            https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
        meaning: what it means, for the runbook.
        first: what to do first, step by step, for the runbook.
    """

    name: str
    severity: Severity
    expr: str
    hold: str
    summary: str
    description: str
    meaning: str
    first: tuple[str, ...]

    @property
    def runbook(self) -> str:
        """Where the runbook has it."""
        return f"{RUNBOOK}#{self.name.lower()}"

    def rule(self) -> dict[str, Any]:
        """The alert as Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": cleandoc(self.expr),
            "for": self.hold,
            "labels": {"severity": self.severity},
            "annotations": {
                "summary": self.summary,
                "description": self.description,
                "runbook": self.runbook,
            },
        }


@dataclass(frozen=True)
class Metrics:
    """Metrics of one origin.

    Prometheus adds the labels of the target that it scrapes (TARGET_LABELS). Where a metric has
    one of these itself, its own becomes `exported_<label>`, unless the ServiceMonitor honours it.

    Attributes:
        source: the page that documents them.
        labels: their labels, by metric.
    """

    source: str
    labels: Mapping[str, tuple[str, ...]]


TARGET_LABELS: Final = frozenset(
    {"job", "instance", "namespace", "service", "endpoint", "pod", "container"}
)
"""Labels that every series has from the pod that it was scraped from.
https://prometheus-operator.dev/docs/developer/getting-started/"""


@dataclass(frozen=True)
class Part:
    """A part of the platform.

    Attributes:
        name: its name, for example `karpenter`.
        title: its heading in the docs.
        installed: whether an environment has it.
        metrics: the metrics that its alerts and its dashboard read.
        alerts: its alerts.
        dashboard: its dashboard, if the chart of Prometheus brings none.
        alerts_for: gives the alerts of an environment where they depend on its settings; `alerts`
            are then those of an example.
    """

    name: str
    title: str
    installed: Callable[[Environment], bool]
    metrics: tuple[Metrics, ...]
    alerts: tuple[Alert, ...]
    dashboard: Dashboard | None = None
    alerts_for: Callable[[Environment], tuple[Alert, ...]] | None = None

    def rules(self, environment: Environment) -> list[dict[str, Any]]:
        """The alerts that an environment has of it, as Prometheus reads them.

        Args:
            environment: the environment.
        """
        alerts = self.alerts if self.alerts_for is None else self.alerts_for(environment)
        return [alert.rule() for alert in alerts]
