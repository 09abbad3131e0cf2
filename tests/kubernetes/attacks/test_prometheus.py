"""Metrics and alerts of a team are its own: no credentials, addresses and alerts of others."""

from collections.abc import Iterator
from typing import Any

import pytest

from support.members import NAMESPACE, ArgoCd, aggregated, as_group, object_, refusal
from tools.kubernetes import Client

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
    pytest.mark.usefixtures("platform"),
]

GROUP = "monitoring.coreos.com"
FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token"
OWN = {"matchLabels": {"app": "shop"}}


def _monitor(endpoint: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    endpoints = [{"port": "metrics", **(endpoint or {})}]
    return object_(
        f"{GROUP}/v1", "ServiceMonitor", spec={"selector": OWN, "endpoints": endpoints, **spec}
    )


def _pod_monitor(endpoint: dict[str, Any], **spec: Any) -> dict[str, Any]:
    endpoints = [{"port": "metrics", **endpoint}]
    return object_(
        f"{GROUP}/v1",
        "PodMonitor",
        spec={"selector": OWN, "podMetricsEndpoints": endpoints, **spec},
    )


def _relabeled(**rule: Any) -> dict[str, Any]:
    return {"relabelings": [{"action": "replace", "replacement": "169.254.169.254:80", **rule}]}


def _rule(**alert: Any) -> dict[str, Any]:
    group = {"name": "shop", "rules": [{"expr": "vector(1)", **alert}]}
    return object_(f"{GROUP}/v1", "PrometheusRule", spec={"groups": [group]})


def _receiver(**receiver: Any) -> dict[str, Any]:
    spec = {"route": {"receiver": "shop"}, "receivers": [{"name": "shop", **receiver}]}
    return object_(f"{GROUP}/v1alpha1", "AlertmanagerConfig", spec=spec)


ATTACKS = {
    "the token of Prometheus": (_monitor({"bearerTokenFile": FILE}), "bearerTokenFile"),
    "a file of Prometheus": (_monitor({"tlsConfig": {"caFile": FILE}}), "files of tlsConfig"),
    "pods of all namespaces": (_monitor(namespaceSelector={"any": True}), "namespaceSelector"),
    "pods of another": (
        _pod_monitor({}, namespaceSelector={"matchNames": [NAMESPACE, "kube-system"]}),
        "namespaceSelector",
    ),
    "an address": (_monitor(_relabeled(targetLabel="__address__")), "relabelings"),
    "an address of a pod monitor": (
        _pod_monitor(_relabeled(targetLabel="__address__")),
        "relabelings",
    ),
    "an address by a pattern": (
        _monitor(_relabeled(regex="(.*)", targetLabel="${1}")),
        "relabelings",
    ),
    "an address by a map": (
        _monitor(_relabeled(action="LabelMap", regex=".*_label_x(.*)", replacement="$1")),
        "relabelings",
    ),
    "a proxy": (_monitor({"proxyUrl": "http://argocd-server.argocd"}), "proxyUrl"),
    "a login elsewhere": (
        _monitor(
            {
                "oauth2": {
                    "clientId": {"secret": {"name": "a", "key": "a"}},
                    "clientSecret": {"name": "a", "key": "a"},
                    "tokenUrl": "http://argocd-server.argocd",
                }
            }
        ),
        "oauth2",
    ),
    "the heartbeat": (_rule(alert="Watchdog"), "alerts of the platform"),
    "a report": (_rule(alert="PlatformReport"), "alerts of the platform"),
    "the role of Alertmanager": (
        _receiver(snsConfigs=[{"topicARN": "arn:aws:sns:eu-west-1:123456789012:platform"}]),
        "snsConfigs",
    ),
}
"""An object, and a part of the message, by what it would reach."""

OF_A_TEAM = {
    "its pods": _monitor({"tlsConfig": {"insecureSkipVerify": True}, "scheme": "https"}),
    "with a Secret": _pod_monitor({"bearerTokenSecret": {"name": "metrics", "key": "token"}}),
    "with labels": _monitor(_relabeled(targetLabel="tier", replacement="web")),
    "its namespace": _monitor(namespaceSelector={"matchNames": [NAMESPACE]}),
    "an alert": _rule(alert="OrdersFail", labels={"severity": "warning"}),
    "a sum": _rule(record="orders:rate5m"),
    "a receiver": _receiver(webhookConfigs=[{"url": "https://chat.example.com"}]),
}


@pytest.fixture(scope="session")
def client(platform_client: Client) -> Client:
    return platform_client


@pytest.fixture(scope="module", autouse=True)
def editors_may_make_monitors(client: Client) -> Iterator[None]:
    """As the chart's own roles say (`global.rbac.createAggregateClusterRoles`)."""
    with aggregated(client, GROUP):
        yield


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_not_the_teams_is_refused(client: Client, argo_cd: ArgoCd, name: str) -> None:
    attack, message = ATTACKS[name]
    for member in (as_group(client, "edit"), argo_cd.api):
        assert message in refusal(member, attack)


@pytest.mark.parametrize("name", OF_A_TEAM)
def test_metrics_and_alerts_of_the_team_are_allowed(
    client: Client, argo_cd: ArgoCd, name: str
) -> None:
    for member in (as_group(client, "edit"), argo_cd.api):
        assert refusal(member, OF_A_TEAM[name]) == ""
