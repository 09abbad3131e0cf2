"""HAProxy's ingress controller."""

from typing import Final

from modules.addons.ingress import haproxy
from modules.addons.monitoring.alerts.component import Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable
from modules.addons.monitoring.alerts.ingress_controllers import errors

_RESPONSES: Final = "haproxy_backend_http_responses_total"

HAPROXY: Final = Part(
    name="haproxy",
    title="HAProxy",
    installed=haproxy.ADDON.installed,
    metrics=(
        Metrics(
            source="https://www.haproxy.com/documentation/haproxy-configuration-tutorials/alerts-and-monitoring/prometheus/",
            labels={
                _RESPONSES: ("proxy", "code"),
                "haproxy_backend_response_time_average_seconds": ("proxy",),
                "haproxy_backend_active_servers": ("proxy",),
                "haproxy_frontend_current_sessions": ("proxy",),
            },
        ),
    ),
    alerts=(
        errors(
            "HaproxyErrors",
            "proxy",
            "{{ $labels.proxy }}",
            f'{_RESPONSES}{{code="5xx"}}',
            _RESPONSES,
        ),
    ),
    dashboard=Dashboard(
        uid="platform-haproxy",
        title="HAProxy",
        variables=(Variable("backend", _RESPONSES, "proxy"),),
        panels=(
            Panel(
                "Answers by backend",
                (
                    Query(
                        f'sum by (proxy) (rate({_RESPONSES}{{proxy=~"$backend"}}'
                        "[$__rate_interval]))",
                        "{{proxy}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Answers by status",
                (
                    Query(
                        f'sum by (code) (rate({_RESPONSES}{{proxy=~"$backend"}}'
                        "[$__rate_interval]))",
                        "{{code}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Time of the applications, average of the last 1024 answers",
                (
                    Query(
                        "max by (proxy) (haproxy_backend_response_time_average_seconds"
                        '{proxy=~"$backend"})',
                        "{{proxy}}",
                    ),
                ),
                unit="s",
            ),
            Panel(
                "Servers that answer",
                (
                    Query(
                        'min by (proxy) (haproxy_backend_active_servers{proxy=~"$backend"})',
                        "{{proxy}}",
                    ),
                ),
            ),
            Panel(
                "Sessions",
                (Query("sum by (proxy) (haproxy_frontend_current_sessions)", "{{proxy}}"),),
            ),
        ),
    ),
)
