"""Pods of teams may send traces where they are collected (I7, J5)."""

from typing import Any

from modules.namespaces.network_policies import AllowedTraffic, allowed_traffic
from support.environments import environment

ON: dict[str, Any] = {"tracing": {"enabled": True}}


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
