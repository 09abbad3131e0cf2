"""The CRDs of the Prometheus operator, before releases with objects of them."""

from typing import Final

from modules.helm.contract import Addon, Helm
from modules.helm.metrics import MONITORING, PROMETHEUS_OPERATOR_CRDS, metrics_on

ADDON: Final = Addon(
    name=PROMETHEUS_OPERATOR_CRDS,
    chart="prometheus-operator-crds",
    namespace=MONITORING,
    summary=(
        "The CRDs of the Prometheus operator, in a separate release, so that add-ons can have "
        "ServiceMonitors before Prometheus runs, and so that the CRDs are upgraded."
    ),
    values=lambda _: {},
    setting="monitoring",
    further_chart="prometheus_operator_crds",
    applies=metrics_on,
    helm=Helm(timeout_seconds=300, reason="It has no pods; the CRDs exist at once."),
)
