"""Traefik."""

from typing import Final

from modules.addons.ingress import traefik
from modules.addons.monitoring.alerts.component import Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable
from modules.addons.monitoring.alerts.ingress_controllers import errors

_REQUESTS: Final = "traefik_service_requests_total"
_DURATION: Final = "traefik_service_request_duration_seconds_bucket"
_LABELS: Final = ("code", "method", "protocol", "exported_service")

TRAEFIK: Final = Part(
    name="traefik",
    title="Traefik",
    installed=traefik.ADDON.installed,
    metrics=(
        Metrics(
            source="https://doc.traefik.io/traefik/reference/install-configuration/observability/metrics/",
            labels={
                _REQUESTS: _LABELS,
                _DURATION: (*_LABELS, "le"),
                "traefik_open_connections": ("entrypoint", "protocol"),
                "traefik_config_reloads_total": (),
            },
        ),
    ),
    alerts=(
        errors(
            "TraefikErrors",
            "exported_service",
            "{{ $labels.exported_service }}",
            f'{_REQUESTS}{{code=~"5.."}}',
            _REQUESTS,
        ),
    ),
    dashboard=Dashboard(
        uid="platform-traefik",
        title="Traefik",
        variables=(Variable("service", _REQUESTS, "exported_service"),),
        panels=(
            Panel(
                "Answers by service",
                (
                    Query(
                        "sum by (exported_service) (rate("
                        f'{_REQUESTS}{{exported_service=~"$service"}}[$__rate_interval]))',
                        "{{exported_service}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Answers by status",
                (
                    Query(
                        f'sum by (code) (rate({_REQUESTS}{{exported_service=~"$service"}}'
                        "[$__rate_interval]))",
                        "{{code}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Time, 95th percentile",
                (
                    Query(
                        "histogram_quantile(0.95, sum by (exported_service, le) (rate("
                        f'{_DURATION}{{exported_service=~"$service"}}[$__rate_interval])))',
                        "{{exported_service}}",
                    ),
                ),
                unit="s",
            ),
            Panel(
                "Connections",
                (Query("sum by (entrypoint) (traefik_open_connections)", "{{entrypoint}}"),),
            ),
            Panel(
                "Reloads",
                (Query("sum(increase(traefik_config_reloads_total[$__rate_interval]))"),),
            ),
        ),
    ),
)
