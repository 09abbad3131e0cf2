"""The community's retired ingress-nginx."""

from typing import Final

from modules.addons.ingress import ingress_nginx
from modules.addons.monitoring.alerts.component import Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable
from modules.addons.monitoring.alerts.ingress_controllers import errors, reload_failed

_REQUESTS: Final = "nginx_ingress_controller_requests"
_DURATION: Final = "nginx_ingress_controller_request_duration_seconds_bucket"
_LABELS: Final = ("namespace", "ingress", "service", "status", "method", "host")
_CHOSEN: Final = '{namespace=~"$namespace"}'

INGRESS_NGINX: Final = Part(
    name="ingress-nginx",
    title="ingress-nginx",
    installed=ingress_nginx.ADDON.installed,
    metrics=(
        Metrics(
            source="https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/#exposed-metrics",
            labels={
                _REQUESTS: _LABELS,
                _DURATION: (*_LABELS, "le"),
                "nginx_ingress_controller_config_last_reload_successful": (),
                "nginx_ingress_controller_nginx_process_connections": ("state",),
            },
        ),
    ),
    alerts=(
        errors(
            "IngressNginxErrors",
            "namespace, ingress",
            "{{ $labels.namespace }}/{{ $labels.ingress }}",
            f'{_REQUESTS}{{status=~"5.."}}',
            _REQUESTS,
        ),
        reload_failed(
            "IngressNginxReloadFailed",
            "max by (pod) (nginx_ingress_controller_config_last_reload_successful) == 0",
        ),
    ),
    dashboard=Dashboard(
        uid="platform-ingress-nginx",
        title="ingress-nginx",
        variables=(Variable("namespace", _REQUESTS, "namespace"),),
        panels=(
            Panel(
                "Answers by Ingress",
                (
                    Query(
                        "sum by (namespace, ingress) "
                        f"(rate({_REQUESTS}{_CHOSEN}[$__rate_interval]))",
                        "{{namespace}}/{{ingress}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Answers by status",
                (
                    Query(
                        f"sum by (status) (rate({_REQUESTS}{_CHOSEN}[$__rate_interval]))",
                        "{{status}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Time, 95th percentile",
                (
                    Query(
                        "histogram_quantile(0.95, sum by (namespace, ingress, le) "
                        f"(rate({_DURATION}{_CHOSEN}[$__rate_interval])))",
                        "{{namespace}}/{{ingress}}",
                    ),
                ),
                unit="s",
            ),
            Panel(
                "Connections",
                (
                    Query(
                        "sum by (state) (nginx_ingress_controller_nginx_process_connections)",
                        "{{state}}",
                    ),
                ),
            ),
        ),
    ),
)
