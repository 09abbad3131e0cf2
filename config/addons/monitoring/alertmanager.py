"""`platform.monitoring.alertmanager`: receivers, routes and times of alerts."""

from typing import Annotated

from pydantic import Field

from config.settings import Settings
from config.types.alerting import (
    AlertDuration,
    AlertLabel,
    ClockTime,
    MonitoringSecret,
    Severity,
    SlackChannel,
    Smarthost,
    TimeZone,
    Weekday,
)
from config.types.aws import KmsKeyArn, TopicArn
from config.types.email import EmailAddress
from config.types.kubernetes import Namespace, ObjectName, TeamName


class SlackReceiver(Settings):
    """A Slack channel."""

    url: MonitoringSecret
    """URL of the incoming webhook, which is a secret. `external_secrets.sources` sets its
    source."""

    channel: SlackChannel
    """The channel."""

    send_resolved: bool = True
    """Also notify when the alert is resolved."""


class PagerDutyReceiver(Settings):
    """A PagerDuty service."""

    routing_key: MonitoringSecret
    """Integration key of the Events API v2. The escalation policy is that of the PagerDuty
    service."""

    send_resolved: bool = True
    """Resolve the incident when the alert is resolved."""


class SnsReceiver(Settings):
    """An SNS topic. Alertmanager publishes with its own IAM role, without an access key."""

    topic_arn: TopicArn
    """The topic. The policy of a topic in another account must allow Alertmanager's role to
    publish."""

    kms_key: KmsKeyArn | None = None
    """KMS key of the topic, if it is customer managed."""

    send_resolved: bool = True
    """Also notify when the alert is resolved."""


class EmailReceiver(Settings):
    """E-mail by SMTP."""

    to: Annotated[list[EmailAddress], Field(min_length=1, max_length=20)]
    """Recipients."""

    sender: EmailAddress
    """Sender address."""

    smarthost: Smarthost
    """The SMTP server."""

    username: str | None = None
    """SMTP user name. Default: no authentication."""

    password: MonitoringSecret | None = None
    """SMTP password."""

    send_resolved: bool = False
    """Also notify when the alert is resolved."""


class WebhookReceiver(Settings):
    """An HTTP endpoint."""

    url: MonitoringSecret
    """URL of the endpoint, which is read from a Secret because it often contains credentials."""

    token: MonitoringSecret | None = None
    """Bearer token."""

    send_resolved: bool = True
    """Also notify when the alert is resolved."""


class AlertReceiver(Settings):
    """A receiver of alerts, with one or several integrations."""

    slack: list[SlackReceiver] = []
    """Slack channels."""

    pagerduty: list[PagerDutyReceiver] = []
    """PagerDuty services."""

    sns: list[SnsReceiver] = []
    """SNS topics."""

    email: list[EmailReceiver] = []
    """E-mail."""

    webhook: list[WebhookReceiver] = []
    """HTTP endpoints."""


class ClockRange(Settings):
    """A range of the day. A range over midnight needs two entries."""

    start: ClockTime
    """Start."""

    end: ClockTime
    """End."""


class AlertTimes(Settings):
    """Times of the week, for example office hours."""

    weekdays: list[Weekday] = []
    """Days of the week. Default: every day."""

    times: list[ClockRange] = []
    """Ranges of the day. Default: the whole day."""

    time_zone: TimeZone = "UTC"
    """Time zone."""


class AlertRoute(Settings):
    """A route of alerts to a receiver. An alert must meet all conditions of the route."""

    receiver: ObjectName
    """Key of `receivers`."""

    team: TeamName | None = None
    """Alerts of this team's namespaces."""

    namespaces: list[Namespace] = []
    """Alerts of any of these namespaces."""

    severities: list[Severity] = []
    """Alerts of any of these severities."""

    labels: dict[AlertLabel, str] = {}
    """Alerts with all of these labels."""

    continue_matching: bool = False
    """Continue with the routes that follow, so that several receivers get the alert."""

    group_by: list[AlertLabel] = []
    """Labels by which alerts are grouped into one notification. Default: that of `alertmanager`."""

    group_wait: AlertDuration | None = None
    """Time to wait for further alerts of a new group. Default: that of `alertmanager`."""

    group_interval: AlertDuration | None = None
    """Time to wait before notifying about new alerts of a group. Default: that of
    `alertmanager`."""

    repeat_interval: AlertDuration | None = None
    """Time to wait before repeating a notification. Default: that of `alertmanager`."""

    active_times: list[ObjectName] = []
    """Keys of `times`. The route notifies at these times only. Default: always."""

    mute_times: list[ObjectName] = []
    """Keys of `times`. The route does not notify at these times."""


class AlertmanagerSettings(Settings):
    """Alertmanager, which sends alerts to receivers."""

    replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Number of replicas. They share which notifications were sent and need no majority: one is
    sufficient."""

    storage_gib: Annotated[int, Field(ge=1, le=100)] = 2
    """Volume size of each replica, in GiB, for silences and the notification log."""

    receivers: dict[ObjectName, AlertReceiver] = {}
    """Receivers by name."""

    default_receiver: ObjectName | None = None
    """Receiver of alerts that no route matches. Default: none."""

    group_by: list[AlertLabel] = ["namespace", "alertname"]
    """Labels by which alerts are grouped into one notification."""

    group_wait: AlertDuration = "30s"
    """Time to wait for further alerts of a new group."""

    group_interval: AlertDuration = "5m"
    """Time to wait before notifying about new alerts of a group."""

    repeat_interval: AlertDuration = "4h"
    """Time to wait before repeating a notification."""

    routes: list[AlertRoute] = []
    """Routes, in order; the first that matches applies."""

    times: dict[ObjectName, AlertTimes] = {}
    """Times of the week that routes refer to, by name."""

    heartbeat_receiver: ObjectName | None = None
    """Receiver of `Watchdog`, the alert that always fires: an external service that notifies you
    when it is missing, because then alerting does not work. Default: none."""

    heartbeat_interval: AlertDuration = "5m"
    """Interval of this alert."""
