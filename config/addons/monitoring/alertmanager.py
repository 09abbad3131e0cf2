"""Alerts in the `platform.monitoring` section: who hears of which, when, and how often."""

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
    """The incoming webhook's address, which is a secret. `external_secrets.sources` says where it
    comes from."""

    channel: SlackChannel
    """The channel."""

    send_resolved: bool = True
    """Also say when it is over."""


class PagerDutyReceiver(Settings):
    """A service of PagerDuty."""

    routing_key: MonitoringSecret
    """The key of its integration with the Events API v2. Escalation from person to person is the
    service's policy in PagerDuty."""

    send_resolved: bool = True
    """Close the incident when it is over."""


class SnsReceiver(Settings):
    """An SNS topic. Alertmanager publishes under a role of its own; there is no key."""

    topic_arn: TopicArn
    """The topic. One of another account has to let this account's role publish."""

    kms_key: KmsKeyArn | None = None
    """The key that the topic is encrypted with, where it is one of your own."""

    send_resolved: bool = True
    """Also say when it is over."""


class EmailReceiver(Settings):
    """E-mail."""

    to: Annotated[list[EmailAddress], Field(min_length=1, max_length=20)]
    """Who gets it."""

    sender: EmailAddress
    """Address that it comes from."""

    smarthost: Smarthost
    """The SMTP server."""

    username: str | None = None
    """Name to log in with. Default: none, and no log-in."""

    password: MonitoringSecret | None = None
    """Password to log in with."""

    send_resolved: bool = False
    """Also say when it is over."""


class WebhookReceiver(Settings):
    """Anything else that takes an HTTP POST."""

    url: MonitoringSecret
    """Its address, which is a secret more often than not."""

    token: MonitoringSecret | None = None
    """Bearer token to send along."""

    send_resolved: bool = True
    """Also say when it is over."""


class AlertReceiver(Settings):
    """Somebody who hears of alerts, in one way or in several at once."""

    slack: list[SlackReceiver] = []
    """Slack channels."""

    pagerduty: list[PagerDutyReceiver] = []
    """Services of PagerDuty."""

    sns: list[SnsReceiver] = []
    """SNS topics."""

    email: list[EmailReceiver] = []
    """E-mails."""

    webhook: list[WebhookReceiver] = []
    """Anything else."""


class ClockRange(Settings):
    """A part of the day. One over midnight is two of them."""

    start: ClockTime
    """From then on."""

    end: ClockTime
    """Until then."""


class AlertTimes(Settings):
    """Times of the week, for example office hours."""

    weekdays: list[Weekday] = []
    """Days. Default: every day."""

    times: list[ClockRange] = []
    """Parts of the day. Default: all of it."""

    time_zone: TimeZone = "UTC"
    """Where the clock stands."""


class AlertRoute(Settings):
    """Alerts that go to a receiver: those for which everything holds that is said here."""

    receiver: ObjectName
    """Who hears of them."""

    team: TeamName | None = None
    """A team: alerts of its namespaces."""

    namespaces: list[Namespace] = []
    """Alerts of any of these namespaces."""

    severities: list[Severity] = []
    """Alerts of any of these severities."""

    labels: dict[AlertLabel, str] = {}
    """Alerts with all of these labels."""

    continue_matching: bool = False
    """Try the routes that follow, too, so that one alert goes to several receivers."""

    group_by: list[AlertLabel] = []
    """Labels by which alerts become one message. Default: Alertmanager's setting."""

    group_wait: AlertDuration | None = None
    """How long to wait for more of a new group."""

    group_interval: AlertDuration | None = None
    """How long to wait before saying what came to a group later."""

    repeat_interval: AlertDuration | None = None
    """How long to wait before saying the same again."""

    active_times: list[ObjectName] = []
    """Times at which its receiver hears of them; at other times nobody does by this route."""

    mute_times: list[ObjectName] = []
    """Times at which nobody hears of them by this route."""


class AlertmanagerSettings(Settings):
    """Alertmanager, which says to whom Prometheus' alerts go."""

    replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Replicas. They tell each other what has been sent, and need no majority: one that is left
    goes on alone."""

    storage_gib: Annotated[int, Field(ge=1, le=100)] = 2
    """Size of each one's volume, in GiB, for silences and for what has been sent."""

    receivers: dict[ObjectName, AlertReceiver] = {}
    """Those who hear of alerts, by name."""

    default_receiver: ObjectName | None = None
    """Who hears of alerts that no route takes. Default: nobody."""

    group_by: list[AlertLabel] = ["namespace", "alertname"]
    """Labels by which alerts become one message."""

    group_wait: AlertDuration = "30s"
    """How long to wait for more of a new group."""

    group_interval: AlertDuration = "5m"
    """How long to wait before saying what came to a group later."""

    repeat_interval: AlertDuration = "4h"
    """How long to wait before saying the same again."""

    routes: list[AlertRoute] = []
    """Tried in this order; the first that fits takes an alert."""

    times: dict[ObjectName, AlertTimes] = {}
    """Times of the week that routes name."""

    heartbeat_receiver: ObjectName | None = None
    """Who gets the alert that always fires, `Watchdog`: a service that calls somebody when it no
    longer comes, because then no alert would. Default: nobody."""

    heartbeat_interval: AlertDuration = "5m"
    """How often it gets it."""
