"""Network policies in Argo CD's namespace (G1, J5)."""

from collections.abc import Mapping
from typing import Any

import pytest

from config import versions
from modules.addons.argo_cd.addon import ADDON
from support.charts import Chart, ChartsMissingError, chart
from support.kubernetes_objects import problems
from support.platform_stack import context, values

NAME = "app.kubernetes.io/name"
NAMESPACE = "kubernetes.io/metadata.name"
THREE = {"system_nodes": {"min_size": 3, "desired_size": 3, "max_size": 6}}
CLIENTS = ["argocd-application-controller", "argocd-repo-server", "argocd-server"]
SERVERS, PROXIES = "argocd-redis-ha", "argocd-redis-ha-haproxy"


def argo_cd(**platform: Any) -> dict[str, Any]:
    """Argo CD's values with three nodes, which make it highly available."""
    return values(ADDON, cluster=THREE, platform=platform)


def may(
    made: Mapping[str, Any], caller: str, called: str, port: int, *, of: str | None = None
) -> bool:
    """Whether the policies allow a pod, of this or another namespace, to call a port of another."""
    policies = [
        policy["spec"]
        for policy in made["extraObjects"]
        if policy["spec"]["podSelector"]["matchLabels"] == {NAME: called}
    ]
    return not policies or any(
        {"protocol": "TCP", "port": port} in rule["ports"] and _is(peer, caller, of)
        for policy in policies
        for rule in policy["ingress"]
        for peer in rule["from"]
    )


def _is(peer: Mapping[str, Any], name: str, namespace: str | None) -> bool:
    wanted = peer.get("namespaceSelector", {}).get("matchLabels", {}).get(NAMESPACE)
    return wanted == namespace and peer["podSelector"]["matchLabels"] == {NAME: name}


@pytest.fixture(scope="module")
def own() -> Chart:
    """Argo CD's chart."""
    try:
        return chart("argo-cd", str(versions.table().charts["argo-cd"].version))
    except ChartsMissingError as missing:
        pytest.skip(str(missing))


def test_pods_without_a_policy_are_reachable() -> None:
    """For example the HTTP-01 solver of the server's certificate."""
    for cluster in ({}, THREE):
        made = values(ADDON, cluster=cluster)
        assert made["global"]["networkPolicy"] == {"create": True, "defaultDenyIngress": False}
        selectors = [each["spec"]["podSelector"]["matchLabels"] for each in made["extraObjects"]]
        assert all(selectors)
    assert may(argo_cd(), "nginx-ingress", "acme-http-solver", 8089, of="ingress")


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_of_redis_reach_the_proxies(client: str) -> None:
    assert may(argo_cd(), client, PROXIES, 6379)
    assert not may(argo_cd(), client, SERVERS, 6379)


@pytest.mark.parametrize("port", [6379, 26379])
@pytest.mark.parametrize("caller", [SERVERS, PROXIES])
def test_proxies_and_servers_reach_every_server_and_its_sentinel(caller: str, port: int) -> None:
    assert may(argo_cd(), caller, SERVERS, port)


@pytest.mark.parametrize(("called", "port"), [(SERVERS, 9121), (PROXIES, 9101)])
def test_prometheus_reaches_the_metrics_and_nothing_else(called: str, port: int) -> None:
    made = argo_cd(monitoring={"namespace": "metrics"})
    assert may(made, "prometheus", called, port, of="metrics")
    assert not may(made, "prometheus", called, 6379, of="metrics")
    assert not may(made, "prometheus", called, port)
    without = argo_cd(monitoring={"enabled": False})
    assert not may(without, "prometheus", called, port, of="monitoring")
    assert all(rule["from"] for each in without["extraObjects"] for rule in each["spec"]["ingress"])


@pytest.mark.parametrize("called", [SERVERS, PROXIES])
def test_other_pods_do_not_reach_redis(called: str) -> None:
    assert not may(argo_cd(), "argocd-dex-server", called, 6379)
    assert not may(argo_cd(), CLIENTS[0], called, 6379, of="shop")


def test_the_policies_select_pods_by_labels_that_they_have(own: Chart) -> None:
    made = argo_cd()
    assert made["redis-ha"]["labels"] == {NAME: SERVERS}
    assert own.own_values["redis-ha"]["haproxy"]["labels"] == {NAME: PROXIES}
    parts = [own.own_values[key]["name"] for key in ("controller", "repoServer", "server")]
    assert [f"{own.own_values['nameOverride']}-{part}" for part in parts] == CLIENTS


@pytest.mark.parametrize("minor", versions.minors())
def test_kubernetes_accepts_the_policies(minor: str) -> None:
    made = argo_cd()
    assert len(made["extraObjects"]) == 2
    for policy in made["extraObjects"]:
        namespaced = policy["metadata"] | {"namespace": context(ADDON).namespace}
        assert list(problems(policy | {"metadata": namespaced}, minor)) == []


def test_one_redis_pod_at_a_time_is_evicted() -> None:
    redis = argo_cd()["redis-ha"]
    for part in (redis, redis["haproxy"]):
        assert part["podDisruptionBudget"] == {"maxUnavailable": 1}


def test_the_proxies_limit_their_connections() -> None:
    proxies = argo_cd()["redis-ha"]["haproxy"]
    assert proxies["extraConfig"].split() == ["global", "maxconn", "4096"]
    assert proxies["resources"]["limits"]["memory"] == "256Mi"


def test_a_single_redis_uses_the_policy_of_the_chart() -> None:
    made = values(ADDON)
    assert made["redis-ha"] == {"enabled": False}
    assert made["extraObjects"] == []
