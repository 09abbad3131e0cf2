"""What add-ons need to know about the platform's metrics."""

from typing import Final

from config.environment import Environment

PROMETHEUS_OPERATOR_CRDS: Final = "prometheus-operator-crds"
"""Required by add-ons whose chart has a ServiceMonitor. Where monitoring is disabled it does not
apply, which is no error."""

MONITORING: Final = "monitoring"
"""Default namespace of Prometheus."""


DATA_SOURCE_LABELS: Final = {"grafana_datasource": "1"}
"""Grafana's sidecar reads ConfigMaps and Secrets of Grafana's namespace with it
(`grafana.sidecar.datasources.label`)."""

DASHBOARD_LABELS: Final = {"grafana_dashboard": "1"}
"""Grafana's sidecar reads ConfigMaps with it (`grafana.sidecar.dashboards.label`)."""

DASHBOARD_FOLDER: Final = "grafana_folder"
"""Annotation with the folder in Grafana (`grafana.sidecar.dashboards.folderAnnotation`)."""

PROMETHEUS_UID: Final = "prometheus"
"""The uid of Prometheus among the data sources of Grafana (`grafana.sidecar.datasources.uid`)."""


def monitoring_namespace(environment: Environment) -> str:
    """The namespace of Prometheus and Grafana."""
    return environment.platform.monitoring.namespace or MONITORING


def metrics_on(environment: Environment) -> bool:
    """Whether Prometheus runs and scrapes the add-ons."""
    return environment.platform.monitoring.enabled
