"""What add-ons have to know of the platform's metrics."""

from typing import Any, Final

from config.environment import Environment

PROMETHEUS_OPERATOR_CRDS: Final = "prometheus-operator-crds"
"""What an add-on requires so that its chart may bring a ServiceMonitor. Where metrics are off it
does not apply, and is not missed."""

MONITORING: Final = "monitoring"
"""Namespace of Prometheus, unless the settings say otherwise."""


def metrics_on(environment: Environment) -> bool:
    """Whether Prometheus runs, so that add-ons let themselves be scraped."""
    return environment.platform.monitoring.enabled


def prometheus_pods(environment: Environment) -> dict[str, Any]:
    """Prometheus as a peer of a NetworkPolicy."""
    namespace = environment.platform.monitoring.namespace or MONITORING
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        # The operator puts the label on its pods.
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
    }
