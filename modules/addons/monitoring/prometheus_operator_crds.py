"""The kinds of the Prometheus operator, before anything that makes objects of them."""

from typing import Final

from modules.helm.contract import Addon, Helm
from modules.helm.metrics import MONITORING, PROMETHEUS_OPERATOR_CRDS, metrics_on

ADDON: Final = Addon(
    name=PROMETHEUS_OPERATOR_CRDS,
    chart="prometheus-operator-crds",
    namespace=MONITORING,
    summary=(
        "The kinds of the Prometheus operator, in a release of their own, so that add-ons can "
        "bring ServiceMonitors before Prometheus runs, and so that the kinds are upgraded."
    ),
    values=lambda _: {},
    setting="monitoring",
    accepts_values=False,
    applies=metrics_on,
    helm=Helm(timeout_seconds=300, reason="Nothing runs; the kinds are there at once."),
)
