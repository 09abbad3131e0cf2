"""Metrics, dashboards and alerts in the `platform` section."""

from config.addon_settings import AddonSettings


class MonitoringSettings(AddonSettings):
    """Prometheus, Grafana and Alertmanager."""
