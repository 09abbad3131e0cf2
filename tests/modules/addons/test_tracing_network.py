"""Only senders of traces reach the collector, and only their readers Tempo (I7, J5)."""

from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.namespaces.network_policies import AllowedTraffic, allowed_traffic
from support.environments import environment

ON: dict[str, Any] = {"tracing": {"enabled": True}}
TAIL: dict[str, Any] = {"tracing": {"enabled": True, "sampling": {"method": "tail"}}}


def policies(platform: dict[str, Any] = ON, **settings: Any) -> dict[str, dict[str, Any]]:
    """The specs of the network policies of the namespace, by name."""
    made = rendered(environment(platform=platform, **settings))
    return {
        each["metadata"]["name"]: each["spec"] for each in made["tempo-prerequisites"].manifests
    }


def peers(rules: list[dict[str, Any]], port: int) -> list[dict[str, Any]]:
    """The other sides that may use a port."""
    return [
        peer
        for rule in rules
        for peer in rule.get("from") or rule["to"]
        if port in {each["port"] for each in rule["ports"]}
    ]


def pods(peer: dict[str, Any]) -> tuple[str | None, str | None]:
    """Namespace and name of the pods of a peer."""
    namespace = peer.get("namespaceSelector", {}).get("matchLabels", {})
    labels = peer.get("podSelector", {}).get("matchLabels", {})
    return namespace.get("kubernetes.io/metadata.name"), labels.get("app.kubernetes.io/name")


def test_all_other_traffic_of_the_namespace_is_refused() -> None:
    made = policies()
    assert set(made) == {"default-deny", "tempo", "otel-collector"}
    for spec in made.values():
        assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert made["default-deny"]["podSelector"] == {}
    assert made["default-deny"]["ingress"] == made["default-deny"]["egress"] == []


def test_the_policies_select_the_pods_of_the_charts() -> None:
    made, releases = policies(), rendered(environment(platform=ON))
    assert made["tempo"]["podSelector"]["matchLabels"] == {
        "app.kubernetes.io/name": "tempo",
        "app.kubernetes.io/instance": "tempo",
    }
    labels = made["otel-collector"]["podSelector"]["matchLabels"]
    [spread, _] = releases["otel-collector"].values["topologySpreadConstraints"]
    assert spread["labelSelector"]["matchLabels"] == labels


def test_only_the_collector_writes_to_tempo_and_grafana_and_prometheus_read_from_it() -> None:
    rules = policies()["tempo"]["ingress"]
    assert [pods(peer) for peer in peers(rules, 4317)] == [(None, "opentelemetry-collector")]
    readers = {pods(peer) for peer in peers(rules, 3200)}
    assert readers == {("monitoring", "grafana"), ("monitoring", "prometheus")}
    without = {"tracing": {"enabled": True, "service_graph": False}, "monitoring": OFF}
    assert peers(policies(without)["tempo"]["ingress"], 3200) == []


OFF: dict[str, Any] = {"enabled": False}


def test_every_namespace_may_send_traces_to_the_collector() -> None:
    rules = policies()["otel-collector"]["ingress"]
    for port in (4317, 4318):
        assert peers(rules, port) == [{"namespaceSelector": {}}]
    assert peers(rules, 4319) == []
    own = [pods(peer) for peer in peers(policies(TAIL)["otel-collector"]["ingress"], 4319)]
    assert own == [(None, "opentelemetry-collector")]


@pytest.mark.parametrize("identity", ["pod_identity", "irsa"])
def test_tempo_reaches_s3_its_credentials_and_prometheus(identity: str) -> None:
    rules = policies(cluster={"identity": identity})["tempo"]["egress"]
    assert peers(rules, 443) == [{"ipBlock": {"cidr": "0.0.0.0/0"}}]
    agent = [{"ipBlock": {"cidr": "169.254.170.23/32"}}] if identity == "pod_identity" else []
    assert peers(rules, 80) == agent
    assert [pods(peer) for peer in peers(rules, 9090)] == [("monitoring", "prometheus")]
    assert len(peers(rules, 53)) == 1


def test_the_collector_reaches_tempo_and_the_kubernetes_api_and_not_the_internet() -> None:
    rules = policies(network={"cidr": "10.20.0.0/16"})["otel-collector"]["egress"]
    assert [pods(peer) for peer in peers(rules, 4317)] == [(None, "tempo")]
    api = [peer["ipBlock"]["cidr"] for peer in peers(rules, 443)]
    assert api == ["10.20.0.0/16", "172.20.0.0/16"]


def test_namespaces_of_teams_may_send_traces_where_they_are_collected() -> None:
    def made(platform: dict[str, Any]) -> dict[str, AllowedTraffic]:
        teams = {"shop": {"namespaces": {"shop": {}}}}
        settings = environment(platform=platform, teams=teams)
        namespace = settings.teams["shop"].namespaces["shop"]
        return {each.name: each for each in allowed_traffic(settings, namespace)}

    allowed = made(ON)["allow-tracing"]
    assert [peer.namespace for peer in allowed.egress] == ["tracing"]
    assert allowed.ports == (("TCP", 4317), ("TCP", 4318))
    assert allowed.ingress == ()
    assert "allow-tracing" not in made({})
