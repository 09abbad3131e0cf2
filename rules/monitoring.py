"""Rules of Prometheus and Grafana."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.edge import host_is_served

MONITORING: Final[Path] = ("platform", "monitoring")

LARGEST_SHARE: Final = 0.85
"""Of a volume, for metrics: the rest is for what is being written and rewritten.
https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size"""


def metrics_fit_their_volume(environment: Environment) -> Iterator[Problem]:
    """Prometheus drops old metrics before its volume is full."""
    settings = environment.platform.monitoring.prometheus
    most = int(settings.storage_gib * LARGEST_SHARE)
    if settings.retention_gib is not None and settings.retention_gib > most:
        message = f"leaves too little of {settings.storage_gib} GiB for what is being written"
        path = (*MONITORING, "prometheus", "retention_gib")
        yield Problem(path, message, settings.retention_gib, f"at most {most}", str(most))


def grafana_host_is_served(environment: Environment) -> Iterator[Problem]:
    """The front door has a record and a certificate for Grafana's name."""
    host = environment.platform.monitoring.grafana.host
    yield from host_is_served(environment, (*MONITORING, "grafana", "host"), host)


def grafana_lets_people_in(environment: Environment) -> Iterator[Problem]:
    """Single sign-on knows where to send people back to, and lets somebody in."""
    settings, path = environment.platform.monitoring.grafana, (*MONITORING, "grafana")
    if settings.sso is None:
        return
    if settings.host is None:
        message = "is missing: single sign-on sends people back to it"
        yield Problem((*path, "host"), message, None)
    if not (settings.sso.admins or settings.sso.editors or settings.sso.others_may_view):
        allowed = "admins, editors or others_may_view: true"
        yield Problem((*path, "sso"), "lets nobody in", allowed=allowed)
