"""Rules of Prometheus, Grafana and Alertmanager.

Alertmanager would refuse the same receivers and routes, but only at run time.
"""

from collections.abc import Collection, Iterator
from typing import Final

from config.addons.monitoring.alertmanager import AlertmanagerSettings
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from config.types.durations import seconds
from config.types.time_zones import time_zones
from modules.addons.monitoring.alertmanager import NULL_RECEIVER
from rules.edge.load_balancer import host_is_served
from rules.registration import rule

MONITORING: Final[Path] = ("platform", "monitoring")

STALE_AFTER: Final = 5 * 60

LARGEST_SHARE: Final = 0.85
"""Share of a volume for metrics; the rest is for the write-ahead log and compaction.
https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size"""

ALERTMANAGER: Final[Path] = ("platform", "monitoring", "alertmanager")


@rule("platform")
def metrics_fit_their_volume(environment: Environment) -> Iterator[Problem]:
    """Prometheus drops old metrics before its volume is full."""
    settings = environment.platform.monitoring.prometheus
    most = int(settings.storage_gib * LARGEST_SHARE)
    if settings.retention_gib is not None and settings.retention_gib > most:
        message = f"leaves too little of {settings.storage_gib} GiB for what is being written"
        path = (*MONITORING, "prometheus", "retention_gib")
        yield Problem(path, message, settings.retention_gib, f"at most {most}", str(most))


@rule("platform", severity="warning")
def metrics_have_no_gaps(environment: Environment) -> Iterator[Problem]:
    """Metrics are scraped within the five minutes in which Prometheus takes them as current.

    https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
    """
    interval = environment.platform.monitoring.prometheus.scrape_interval
    if seconds(interval) >= STALE_AFTER:
        message = "leaves gaps: a value is current for five minutes only, and alerts would miss it"
        yield Problem((*MONITORING, "prometheus", "scrape_interval"), message, interval)


@rule("edge", "platform")
def grafana_host_is_served(environment: Environment) -> Iterator[Problem]:
    """The front door has a record and a certificate for Grafana's host name."""
    grafana, path = environment.platform.monitoring.grafana, (*MONITORING, "grafana", "host")
    yield from host_is_served(environment, path, grafana.host, grafana.load_balancer)


@rule("platform")
def grafana_gives_access(environment: Environment) -> Iterator[Problem]:
    """Single sign-on has a URL to redirect to, and gives at least one group access."""
    settings, path = environment.platform.monitoring.grafana, (*MONITORING, "grafana")
    if settings.sso is None:
        return
    if settings.host is None:
        message = "is missing: single sign-on redirects to it"
        yield Problem((*path, "host"), message, None)
    if not (settings.sso.admins or settings.sso.editors or settings.sso.others_may_view):
        allowed = "admins, editors or others_may_view: true"
        yield Problem((*path, "sso"), "gives no one access", allowed=allowed)


@rule("platform")
def alert_receivers_are_complete(environment: Environment) -> Iterator[Problem]:
    """A receiver has a notification channel, and a name that is not reserved."""
    for name, receiver in _settings(environment).receivers.items():
        path = (*ALERTMANAGER, "receivers", name)
        if name == NULL_RECEIVER:
            yield Problem(path, "is the name of the receiver without notifications", name)
        if not any(getattr(receiver, kind) for kind in type(receiver).model_fields):
            allowed = f"one of {', '.join(type(receiver).model_fields)}"
            yield Problem(path, "has no notification channel", allowed=allowed)
        for index, email in enumerate(receiver.email):
            if (email.username is None) != (email.password is None):
                missing = "password" if email.password is None else "username"
                message = "is missing; user name and password belong together"
                yield Problem((*path, "email", index, missing), message, None)


@rule("region", "platform")
def alert_topics_belong_to_the_partition(environment: Environment) -> Iterator[Problem]:
    """Topics are in the account's partition, and keys in the region of their topics."""
    for name, receiver in _settings(environment).receivers.items():
        for index, topic in enumerate(receiver.sns):
            path = (*ALERTMANAGER, "receivers", name, "sns", index)
            partition, region = topic.topic_arn.split(":")[1:4:2]
            if partition != environment.partition:
                message = f"is not in the partition of {environment.region}"
                allowed = f"arn:{environment.partition}:..."
                yield Problem((*path, "topic_arn"), message, topic.topic_arn, allowed)
            if topic.kms_key and topic.kms_key.split(":")[3] != region:
                message = f"is not in {region}, where the topic is"
                yield Problem((*path, "kms_key"), message, topic.kms_key)


@rule("platform", "teams")
def alert_routes_are_complete(environment: Environment) -> Iterator[Problem]:
    """Routes name receivers, teams and times that exist, and leave alerts for those after them."""
    settings = _settings(environment)
    for key in ("default_receiver", "heartbeat_receiver"):
        named = getattr(settings, key)
        yield from _known((*ALERTMANAGER, key), named, settings.receivers, "receiver")
    for index, route in enumerate(settings.routes):
        path = (*ALERTMANAGER, "routes", index)
        yield from _known((*path, "receiver"), route.receiver, settings.receivers, "receiver")
        yield from _known((*path, "team"), route.team, environment.teams, "team")
        for key in ("active_times", "mute_times"):
            for place, name in enumerate(getattr(route, key)):
                yield from _known((*path, key, place), name, settings.times, "entry of times")
        if not (route.team or route.namespaces or route.severities or route.labels):
            message = "takes every alert, which is what default_receiver is for"
            yield Problem(path, message, allowed="team, namespaces, severities or labels")


@rule("platform")
def alert_groups_are_by_different_labels(environment: Environment) -> Iterator[Problem]:
    """Alertmanager refuses a label that is a duplicate."""
    settings = _settings(environment)
    lists = [((*ALERTMANAGER, "group_by"), settings.group_by)]
    lists += [
        ((*ALERTMANAGER, "routes", index, "group_by"), route.group_by)
        for index, route in enumerate(settings.routes)
    ]
    for path, labels in lists:
        for index, label in enumerate(labels):
            if label in labels[:index]:
                yield Problem((*path, index), "is a duplicate", label)


@rule("platform")
def alert_times_are_possible(environment: Environment) -> Iterator[Problem]:
    """Times are not empty, end after they begin, and have a valid time zone."""
    for name, times in _settings(environment).times.items():
        path = (*ALERTMANAGER, "times", name)
        if not times.weekdays and not times.times:
            yield Problem(path, "is always", allowed="weekdays or times")
        if times.time_zone not in time_zones():
            right = nearest(times.time_zone, time_zones())
            allowed = "a name of the time zone database"
            message = "is not a time zone"
            yield Problem((*path, "time_zone"), message, times.time_zone, allowed, right)
        for index, each in enumerate(times.times):
            if each.start >= each.end:
                message = f"is not after {each.start}"
                allowed = "a later time of the same day; over midnight takes two entries"
                yield Problem((*path, "times", index, "end"), message, each.end, allowed)


def _known(path: Path, name: str | None, names: Collection[str], what: str) -> Iterator[Problem]:
    if name is not None and name not in names:
        allowed = ", ".join(sorted(names)) or f"none, there is no {what}"
        yield Problem(path, f"names no {what}", name, allowed, nearest(name, names))


def _settings(environment: Environment) -> AlertmanagerSettings:
    return environment.platform.monitoring.alertmanager
