"""F5's NGINX Ingress Controller.

Open source NGINX counts requests, but not by status. The controller's histogram of latencies does,
for answers that came from a pod.
"""

from typing import Final

from modules.addons.ingress import nginx
from modules.addons.monitoring.alerts.component import Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable
from modules.addons.monitoring.alerts.ingress_controllers import errors, reload_failed

_UPSTREAM: Final = (
    "upstream",
    "server",
    "code",
    "exported_service",
    "resource_type",
    "resource_name",
    "resource_namespace",
    "pod_name",
    "class",
)
_LATENCY: Final = "nginx_ingress_controller_upstream_server_response_latency_ms"

NGINX: Final = Part(
    name="nginx",
    title="NGINX Ingress Controller",
    installed=nginx.ADDON.installed,
    metrics=(
        Metrics(
            source="https://docs.nginx.com/nginx-ingress-controller/logging-and-monitoring/prometheus/",
            labels={
                f"{_LATENCY}_count": _UPSTREAM,
                f"{_LATENCY}_bucket": (*_UPSTREAM, "le"),
                "nginx_ingress_controller_nginx_last_reload_status": ("class",),
                "nginx_ingress_controller_nginx_last_reload_milliseconds": ("class",),
                "nginx_ingress_controller_nginx_reloads_total": ("class", "reason"),
                "nginx_ingress_controller_ingress_resources_total": ("class", "type"),
            },
        ),
        Metrics(
            source="https://github.com/nginx/nginx-prometheus-exporter#exported-metrics",
            labels={
                "nginx_ingress_nginx_http_requests_total": ("class",),
                "nginx_ingress_nginx_connections_active": ("class",),
            },
        ),
    ),
    alerts=(
        errors(
            "NginxErrors",
            "resource_namespace, resource_name",
            "{{ $labels.resource_namespace }}/{{ $labels.resource_name }}",
            f'{_LATENCY}_count{{code=~"5.."}}',
            f"{_LATENCY}_count",
            namespace="resource_namespace",
        ),
        reload_failed(
            "NginxReloadFailed",
            "max by (pod) (nginx_ingress_controller_nginx_last_reload_status) == 0",
        ),
    ),
    dashboard=Dashboard(
        uid="platform-nginx",
        title="NGINX Ingress Controller",
        variables=(Variable("namespace", f"{_LATENCY}_count", "resource_namespace"),),
        panels=(
            Panel(
                "Requests",
                (Query("sum(rate(nginx_ingress_nginx_http_requests_total[$__rate_interval]))"),),
                unit="reqps",
                kind="stat",
            ),
            Panel(
                "Connections",
                (Query("sum(nginx_ingress_nginx_connections_active)"),),
                kind="stat",
            ),
            Panel(
                "Ingresses",
                (Query("max(sum by (pod) (nginx_ingress_controller_ingress_resources_total))"),),
                kind="stat",
            ),
            Panel(
                "Pods with an old configuration",
                (
                    Query(
                        "count(nginx_ingress_controller_nginx_last_reload_status == 0) or vector(0)"
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "Answers by Ingress",
                (
                    Query(
                        "sum by (resource_namespace, resource_name) (rate("
                        f'{_LATENCY}_count{{resource_namespace=~"$namespace"}}'
                        "[$__rate_interval]))",
                        "{{resource_namespace}}/{{resource_name}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Errors of the server, by Ingress",
                (
                    Query(
                        "sum by (resource_namespace, resource_name) (rate("
                        f'{_LATENCY}_count{{resource_namespace=~"$namespace", code=~"5.."}}'
                        "[$__rate_interval])) / sum by (resource_namespace, resource_name) (rate("
                        f'{_LATENCY}_count{{resource_namespace=~"$namespace"}}'
                        "[$__rate_interval]))",
                        "{{resource_namespace}}/{{resource_name}}",
                    ),
                ),
                unit="percentunit",
            ),
            Panel(
                "Time of the applications, 95th percentile",
                (
                    Query(
                        "histogram_quantile(0.95, sum by (resource_namespace, resource_name, le) "
                        f'(rate({_LATENCY}_bucket{{resource_namespace=~"$namespace"}}'
                        "[$__rate_interval])))",
                        "{{resource_namespace}}/{{resource_name}}",
                    ),
                ),
                unit="ms",
            ),
            Panel(
                "Answers by status",
                (
                    Query(
                        f'sum by (code) (rate({_LATENCY}_count{{resource_namespace=~"$namespace"}}'
                        "[$__rate_interval]))",
                        "{{code}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Reloads",
                (
                    Query(
                        "sum by (reason) (increase("
                        "nginx_ingress_controller_nginx_reloads_total[$__rate_interval]))",
                        "{{reason}}",
                    ),
                ),
            ),
            Panel(
                "Time of the last reload",
                (
                    Query(
                        "max by (pod) (nginx_ingress_controller_nginx_last_reload_milliseconds)",
                        "{{pod}}",
                    ),
                ),
                unit="ms",
            ),
        ),
    ),
)
