"""What add-ons need to know about the platform's metrics."""

from typing import Any, Final

from config.environment import Environment

PROMETHEUS_OPERATOR_CRDS: Final = "prometheus-operator-crds"
"""Required by add-ons whose chart has a ServiceMonitor. Where monitoring is disabled it does not
apply, which is no error."""

MONITORING: Final = "monitoring"
"""Default namespace of Prometheus."""


def metrics_on(environment: Environment) -> bool:
    """Whether Prometheus runs and scrapes the add-ons."""
    return environment.platform.monitoring.enabled


def prometheus_pods(environment: Environment) -> dict[str, Any]:
    """The pods of Prometheus as a peer of a NetworkPolicy."""
    namespace = environment.platform.monitoring.namespace or MONITORING
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        # The Prometheus operator sets this label on its pods.
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
    }
