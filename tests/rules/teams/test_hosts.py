"""Host names of teams: who has which, and what is said of unwise ones."""

from typing import Any

from config.derived.hosts import covers, team_hosts
from support.environments import environment, refused, warned

EDGE = {
    "hosted_zone": {"id": "Z1", "name": "example.com"},
    "domain_names": ["example.com", "*.example.com", "*.apps.example.com"],
}


def _teams(**teams: dict[str, Any]) -> dict[str, Any]:
    return {name: {"namespaces": {name: {}}, **settings} for name, settings in teams.items()}


def _hosts(**team: Any) -> tuple[str, ...]:
    return team_hosts(environment(edge=EDGE, teams=_teams(shop=team)), "shop")


def _at(*path: str | int) -> tuple[str | int, ...]:
    return ("teams", "shop", "hosts", *path)


def test_a_team_has_its_name_in_each_domain_by_default() -> None:
    assert _hosts() == (
        "shop.example.com",
        "*.shop.example.com",
        "shop.apps.example.com",
        "*.shop.apps.example.com",
    )
    assert _hosts(hosts=[]) == ()


def test_an_entry_with_a_star_covers_all_names_below_its_domain() -> None:
    assert covers("*.shop.example.com", "a.b.shop.example.com")
    assert covers("*.shop.example.com", "*.a.shop.example.com")
    assert not covers("*.shop.example.com", "shop.example.com")
    assert not covers("*.shop.example.com", "evilshop.example.com")
    assert not covers("shop.example.com", "a.shop.example.com")


def test_every_host_is_warned_of_and_overlaps_with_nothing() -> None:
    teams = _teams(shop={"hosts": ["*"]}, tools={})
    assert refused(edge=EDGE, teams=teams) == {}
    message = "lets it use every host, also those of other teams"
    assert warned(edge=EDGE, teams=teams)[_at(0)] == message


def test_a_team_without_a_domain_is_warned_of_unless_it_has_no_hosts_by_choice() -> None:
    said = warned(edge={"plain_http": True}, teams=_teams(shop={}, tools={"hosts": []}))
    assert [path for path in said if path[-1] == "hosts"] == [_at()]
    assert "Kubernetes refuses its Ingresses" in said[_at()]


def test_a_team_with_the_name_of_a_host_of_the_platform_needs_other_hosts() -> None:
    platform = {"monitoring": {"grafana": {"host": "shop.example.com"}}}
    wrong = refused(edge=EDGE, platform=platform, teams=_teams(shop={}))
    assert wrong == {_at(): "is the host of platform.monitoring.grafana.host"}
    other = _teams(shop={"hosts": ["store.example.com"]})
    assert refused(edge=EDGE, platform=platform, teams=other) == {}
