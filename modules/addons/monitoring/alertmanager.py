"""Alertmanager's configuration, from receivers and routes (I3).

It is in the chart's values instead of AlertmanagerConfig objects, because those route alerts of
their own namespace only. Teams can still have AlertmanagerConfigs; the operator merges them in.
Alertmanager reads credentials from mounted Secrets, which Terraform never sees.

Source: https://prometheus.io/docs/alerting/latest/configuration/
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from config.addons.monitoring.alertmanager import (
    AlertmanagerSettings,
    AlertReceiver,
    AlertRoute,
    AlertTimes,
    EmailReceiver,
    WebhookReceiver,
)
from config.derived.secret_refs import secret_refs
from config.environment import Environment
from modules.helm.contract import Policies
from modules.identity.policy import Statement

SETTINGS: Final = ("platform", "monitoring", "alertmanager")

SERVICE_ACCOUNT: Final = "alertmanager"

NULL_RECEIVER: Final = "null"
"""The receiver that sends nothing."""

SECRETS: Final = "/etc/alertmanager/secrets"
"""Where the operator mounts Secrets. https://prometheus-operator.dev/docs/api-reference/api/"""

HEARTBEAT: Final = "Watchdog"
INFORMATIVE: Final = "InfoInhibitor"
"""Alerts of the chart's rules: one that always fires, and one that only inhibits others.
https://runbooks.prometheus-operator.dev/runbooks/general/"""

SAME: Final = ["namespace", "alertname", "rule"]
"""Labels that related alerts share; a label that both lack counts as equal. Alerts of Falco have
one name and the label `rule`."""

INHIBITIONS: Final[list[dict[str, list[str]]]] = [
    {
        "source_matchers": ['severity = "critical"'],
        "target_matchers": ['severity =~ "warning|info"'],
        "equal": SAME,
    },
    {
        "source_matchers": ['severity = "warning"'],
        "target_matchers": ['severity = "info"'],
        "equal": SAME,
    },
    {
        "source_matchers": [f'alertname = "{INFORMATIVE}"'],
        "target_matchers": ['severity = "info"'],
        "equal": ["namespace"],
    },
]
"""An alert inhibits related alerts of a lower severity."""

REPORT_RECEIVER: Final = "platform-reports"
"""The receiver of announcements of reports: a copy of `platform.reports.announcement.receiver`,
without a message when the announcement ends."""

REPORT_ALERT: Final = "PlatformReport"
"""The alert that announces a report, as the program of modules/addons/reports calls it."""

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}

PAGERDUTY_SEVERITY: Final = (
    '{{ if eq .CommonLabels.severity "critical" "warning" "info" }}'
    "{{ .CommonLabels.severity }}{{ else }}error{{ end }}"
)
"""PagerDuty refuses other severities. https://developer.pagerduty.com/docs/send-alert-event"""


def configuration(environment: Environment) -> dict[str, Any]:
    """The configuration file."""
    settings = environment.platform.monitoring.alertmanager
    times = [{"name": name, **_times(each)} for name, each in sorted(settings.times.items())]
    return {
        "global": {"resolve_timeout": "5m"},
        "inhibit_rules": INHIBITIONS,
        "route": {
            "receiver": settings.default_receiver or NULL_RECEIVER,
            "group_by": settings.group_by,
            "group_wait": settings.group_wait,
            "group_interval": settings.group_interval,
            "repeat_interval": settings.repeat_interval,
            "routes": [
                _heartbeat(settings),
                {"receiver": NULL_RECEIVER, "matchers": [f'alertname = "{INFORMATIVE}"']},
                *_report_route(environment),
                *(_route(environment, route) for route in settings.routes),
            ],
        },
        "receivers": [
            {"name": NULL_RECEIVER},
            *(_receiver(name, each) for name, each in sorted(settings.receivers.items())),
            *_report_receiver(environment),
        ],
        **({"time_intervals": times} if times else {}),
    }


def secrets(environment: Environment) -> list[str]:
    """Names of the Secrets that it mounts."""
    named = secret_refs(environment)
    return sorted({each.name for each in named if each.path[:3] == SETTINGS})


def policies(environment: Environment) -> Policies:
    """Permission to publish to the SNS topics of receivers only.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    receivers = environment.platform.monitoring.alertmanager.receivers.values()
    topics = [topic for receiver in receivers for topic in receiver.sns]
    keys = {topic.kms_key for topic in topics if topic.kms_key}
    if not topics:
        return {}
    statements = [Statement("Publish", ["sns:Publish"], sorted({t.topic_arn for t in topics}))]
    if keys:
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        statements.append(Statement("Encrypt", actions, sorted(keys)))
    return {"publish": statements}


def _heartbeat(settings: AlertmanagerSettings) -> dict[str, Any]:
    """The route of the heartbeat, once per interval.

    Alertmanager checks once per group interval whether to repeat. With equal intervals the check
    would come slightly too early every other time. With half the interval, a repeat is due at each
    check.
    https://github.com/prometheus/alertmanager/issues/3370
    """
    route: dict[str, Any] = {
        "receiver": settings.heartbeat_receiver or NULL_RECEIVER,
        "matchers": [f'alertname = "{HEARTBEAT}"'],
    }
    if settings.heartbeat_receiver:
        interval = settings.heartbeat_interval
        half = f"{int(interval[:-1]) * _SECONDS[interval[-1]] * 500}ms"
        route |= {"group_wait": "0s", "group_interval": interval, "repeat_interval": half}
    return route


def _reports_go_to(environment: Environment) -> str | None:
    """The receiver of announcements of reports; None where routes choose it, or there are none."""
    reports = environment.platform.reports
    announced = reports.enabled and reports.announcement.enabled
    return reports.announcement.receiver if announced else None


def _report_route(environment: Environment) -> Iterator[dict[str, Any]]:
    """Each report is announced once: the alert ends before it would be repeated."""
    if _reports_go_to(environment):
        yield {
            "receiver": REPORT_RECEIVER,
            "matchers": [f'alertname = "{REPORT_ALERT}"'],
            "group_by": ["alertname", "report"],
            "group_wait": "10s",
        }


def _report_receiver(environment: Environment) -> Iterator[dict[str, Any]]:
    name = _reports_go_to(environment)
    if name is None:
        return
    receiver = environment.platform.monitoring.alertmanager.receivers[name]
    silent = {
        kind: [each.model_copy(update={"send_resolved": False}) for each in channels]
        for kind, channels in receiver
    }
    yield _receiver(REPORT_RECEIVER, receiver.model_copy(update=silent))


def _route(environment: Environment, route: AlertRoute) -> dict[str, Any]:
    optional = {
        "continue": route.continue_matching,
        "group_by": route.group_by,
        "group_wait": route.group_wait,
        "group_interval": route.group_interval,
        "repeat_interval": route.repeat_interval,
        "active_time_intervals": route.active_times,
        "mute_time_intervals": route.mute_times,
    }
    return {
        "receiver": route.receiver,
        "matchers": list(_matchers(environment, route)),
        **{key: value for key, value in optional.items() if value},
    }


def _matchers(environment: Environment, route: AlertRoute) -> Iterator[str]:
    if route.team:
        yield _any_of("namespace", environment.teams[route.team].namespaces)
    if route.namespaces:
        yield _any_of("namespace", route.namespaces)
    if route.severities:
        yield _any_of("severity", route.severities)
    for label, value in sorted(route.labels.items()):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        yield f'{label} = "{escaped}"'


def _any_of(label: str, values: Iterable[str]) -> str:
    return f'{label} =~ "{"|".join(sorted(values))}"'


def _times(times: AlertTimes) -> dict[str, Any]:
    interval: dict[str, Any] = {"location": times.time_zone}
    if times.weekdays:
        interval["weekdays"] = list(times.weekdays)
    if times.times:
        interval["times"] = [
            {"start_time": each.start, "end_time": each.end} for each in times.times
        ]
    return {"time_intervals": [interval]}


def _receiver(name: str, receiver: AlertReceiver) -> dict[str, Any]:
    slack = [
        {"api_url_file": _file(each.url), "channel": each.channel, **_resolved(each.send_resolved)}
        for each in receiver.slack
    ]
    pagerduty = [
        {
            "routing_key_file": _file(each.routing_key),
            "severity": PAGERDUTY_SEVERITY,
            **_resolved(each.send_resolved),
        }
        for each in receiver.pagerduty
    ]
    sns = [
        {
            "topic_arn": each.topic_arn,
            "sigv4": {"region": each.topic_arn.split(":")[3]},
            **_resolved(each.send_resolved),
        }
        for each in receiver.sns
    ]
    integrations: Mapping[str, list[dict[str, Any]]] = {
        "slack_configs": slack,
        "pagerduty_configs": pagerduty,
        "sns_configs": sns,
        "email_configs": [_email(each) for each in receiver.email],
        "webhook_configs": [_webhook(each) for each in receiver.webhook],
    }
    return {"name": name, **{key: configs for key, configs in integrations.items() if configs}}


def _email(email: EmailReceiver) -> dict[str, Any]:
    login: dict[str, Any] = {}
    if email.username and email.password:
        login = {"auth_username": email.username, "auth_password_file": _file(email.password)}
    return {
        "to": ", ".join(email.to),
        "from": email.sender,
        "smarthost": email.smarthost,
        "require_tls": True,
        **login,
        **_resolved(email.send_resolved),
    }


def _webhook(webhook: WebhookReceiver) -> dict[str, Any]:
    config: dict[str, Any] = {"url_file": _file(webhook.url), **_resolved(webhook.send_resolved)}
    if webhook.token:
        config["http_config"] = {"authorization": {"credentials_file": _file(webhook.token)}}
    return config


def _resolved(send: bool) -> dict[str, bool]:
    return {"send_resolved": send}


def _file(reference: str) -> str:
    secret, _, key = reference.partition(":")
    return f"{SECRETS}/{secret}/{key}"
