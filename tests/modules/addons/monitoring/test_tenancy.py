"""Metrics and alerts of a namespace stay in it (I1)."""

from typing import Any

from modules.addons.catalog import rendered
from support.environments import environment, example

MONITORS = {"PodMonitor": "podmonitors", "PrometheusRule": "prometheusrules"}


def spec(**settings: Any) -> dict[str, Any]:
    made = rendered(environment(**settings))["kube-prometheus-stack"].values
    return made["prometheus"]["prometheusSpec"]


def test_metrics_and_alerts_of_a_team_have_the_label_of_its_namespace() -> None:
    made = spec(teams={"shop": {"namespaces": {"shop": {}}}})
    assert made["enforcedNamespaceLabel"] == "namespace"
    left_out = {each["namespace"] for each in made["excludedFromEnforcement"]}
    assert {"monitoring", "kube-system", "ingress", "argocd"} <= left_out
    assert "shop" not in left_out


def test_what_the_platform_watches_is_left_out() -> None:
    """Its alerts are about pods of all namespaces."""
    releases = rendered(example("full"))
    left_out = {
        (each["namespace"], each["resource"])
        for each in releases["kube-prometheus-stack"].values["prometheus"]["prometheusSpec"][
            "excludedFromEnforcement"
        ]
    }
    made = [each for release in releases.values() for each in release.manifests]
    watching = {
        (each["metadata"]["namespace"], MONITORS[each["kind"]])
        for each in made
        if each["kind"] in MONITORS
    }
    assert watching
    assert watching <= left_out
    for release in releases.values():
        assert (release.namespace, "servicemonitors") in left_out


def test_without_teams_nothing_is_enforced() -> None:
    assert {"enforcedNamespaceLabel", "excludedFromEnforcement"} & set(spec()) == set()
