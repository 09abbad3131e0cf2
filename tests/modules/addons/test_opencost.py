"""Costs by namespace and workload (K5)."""

from typing import Any

from modules.addons.catalog import rendered
from modules.addons.opencost.addon import ADDON
from support.environments import environment, problems
from support.platform import Releases

ON: dict[str, Any] = {"opencost": {"enabled": True}}


def values(**platform: Any) -> dict[str, Any]:
    return rendered(environment(platform={**ON, **platform}))["opencost"].values["opencost"]


def test_opencost_is_not_installed_by_default() -> None:
    assert "opencost" not in rendered(environment())


def test_it_reads_the_platforms_prometheus() -> None:
    internal = values()["prometheus"]["internal"]
    assert internal["serviceName"] == "kube-prometheus-stack-prometheus"
    assert (internal["namespaceName"], internal["port"]) == ("monitoring", 9090)


def test_it_finds_prometheus_in_another_namespace() -> None:
    made = values(monitoring={"namespace": "observability"})
    assert made["prometheus"]["internal"]["namespaceName"] == "observability"


def test_it_is_installed_after_prometheus_which_scrapes_it() -> None:
    made = Releases(environment(platform=ON))
    assert "helm_release.kube_prometheus_stack" in made.before("opencost")
    assert values()["metrics"]["serviceMonitor"]["enabled"] is True


def test_costs_have_the_clusters_name() -> None:
    assert values()["exporter"]["defaultClusterId"] == "test"


def test_it_has_no_permissions_and_no_ingress() -> None:
    assert ADDON.policies(environment(platform=ON)) == {}
    assert "ingress" not in values()["ui"]
    assert values()["mcp"] == {"enabled": False}


def test_without_metrics_it_is_refused_with_the_reason() -> None:
    settings = environment(platform={**ON, "monitoring": {"enabled": False}})
    found = {problem.path: problem.message for problem in problems(settings)}
    assert "opencost requires kube-prometheus-stack" in found["platform", "monitoring", "enabled"]
