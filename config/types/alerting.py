"""Scalar types of alerts, in the formats of Alertmanager, Prometheus and Slack."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from config.reading.form import Form

MonitoringSecret = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?:[A-Za-z0-9._-]{1,253}$"),
    Form("<secret>:<key>, a Kubernetes secret in the namespace of monitoring and a key of it"),
]
"""The pod mounts it as the volume `secret-<secret>`, and a volume's name has 63 characters."""

ReportSecret = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?:[A-Za-z0-9._-]{1,253}$"),
    Form("<secret>:<key>, a Kubernetes secret in the namespace of reports and a key of it"),
]

DashboardUid = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$"),
    Form("the uid of a dashboard: up to 40 letters, digits, hyphens and underscores"),
]
"""https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/"""

AlertDuration = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,5}(s|m|h|d)$"),
    Form("a whole number of s, m, h or d, for example 30s, 5m or 4h"),
]
"""https://prometheus.io/docs/alerting/latest/configuration/"""

AlertLabel = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"),
    Form("the name of a label: letters, digits and underscores"),
]

Severity = Literal["critical", "warning", "info"]
"""https://monitoring.mixins.dev/#guidelines-for-alert-names-labels-and-annotations"""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

ClockTime = Annotated[
    str,
    StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"),
    Form('a time of day in quotes, "00:00" to "24:00"'),
]

TimeZone = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"),
    Form("a name of the time zone database, for example Europe/Dublin"),
]

SlackChannel = Annotated[
    str,
    StringConstraints(pattern=r"^[#@]?[a-z0-9][a-z0-9._-]{0,79}$"),
    Form('the name of a Slack channel in quotes, for example "#alerts"'),
]

Smarthost = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9.-]+:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}"
        r"|655[0-2][0-9]|6553[0-5])$"
    ),
    Form("<host>:<port> of an SMTP server, for example smtp.example.com:587"),
]
