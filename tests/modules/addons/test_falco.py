"""Falco (J7, option): on every node, with pinned rules and alerts."""

from typing import Any, get_args

import pytest

from config.types.alerting import Severity
from modules.addons.catalog import namespaces, rendered
from modules.helm.contract import Values
from support.environments import environment, problems, warned


def configured(monitoring: dict[str, Any] | None = None, **settings: Any) -> Any:
    platform = {"falco": {"enabled": True, **settings}, "monitoring": monitoring or {}}
    return environment(platform=platform)


def values(monitoring: dict[str, Any] | None = None, **settings: Any) -> Values:
    return rendered(configured(monitoring, **settings))["falco"].values


def test_it_is_installed_only_where_enabled() -> None:
    assert "falco" not in rendered(environment())
    assert problems(configured()) == []


def test_it_watches_every_node_with_a_probe_that_needs_no_kernel_headers() -> None:
    made = values()
    assert made["driver"] == {"kind": "modern_ebpf"}
    assert made["tolerations"] == [{"operator": "Exists"}]
    assert made["podPriorityClassName"] == "system-node-critical"


def test_privileged_pods_are_allowed_in_its_own_namespace() -> None:
    assert namespaces(configured())["falco"] == "privileged"


def test_rules_are_pinned() -> None:
    falcoctl = values()["falcoctl"]
    install = falcoctl["config"]["artifact"]["install"]
    [rules] = install["refs"]
    name, _, version = rules.rpartition(":")
    assert name == "ghcr.io/falcosecurity/rules/falco-rules"
    assert version.count(".") == 2
    assert install["resolveDeps"] is False
    assert falcoctl["artifact"]["follow"] == {"enabled": False}
    # With an index, falcoctl would need it from the internet before it installs anything.
    assert falcoctl["config"]["indexes"] == []


def test_rules_and_plugin_use_the_image_mirror() -> None:
    settings = environment(
        platform={
            "falco": {"enabled": True},
            "charts": {"image_registry": "registry.example/mirror"},
        }
    )
    made = rendered(settings)["falco"].values
    for artifact in (
        made["falcoctl"]["config"]["artifact"]["install"]["refs"][0],
        made["collectors"]["containerEngine"]["pluginRef"],
    ):
        assert artifact.startswith("registry.example/mirror/falcosecurity/")


@pytest.mark.parametrize(
    ("monitoring", "namespace"), [({}, "monitoring"), ({"namespace": "metrics"}, "metrics")]
)
def test_events_become_alerts(monitoring: dict[str, Any], namespace: str) -> None:
    alertmanager = values(monitoring, alert_priority="error")["falcosidekick"]["config"][
        "alertmanager"
    ]
    assert alertmanager == {
        "hostport": f"http://kube-prometheus-stack-alertmanager.{namespace}:9093",
        "endpoint": "/api/v2/alerts",
        "minimumpriority": "error",
        "extralabels": "alertname:FalcoFinding",
        "customseveritymap": "notice:info,informational:info,debug:info",
    }


def test_events_have_the_namespace_that_team_routes_match() -> None:
    """The pod's, or Falco's. Falcosidekick splits the text at commas and colons."""
    fields = values()["falcosidekick"]["config"]["templatedfields"]
    assert fields == 'namespace:{{ or (index . "k8s.ns.name") "falco" }}'
    assert fields.count(":") == 1
    assert "," not in fields


def test_severities_are_those_of_routes_and_inhibitions() -> None:
    pairs = values()["falcosidekick"]["config"]["alertmanager"]["customseveritymap"].split(",")
    assert {pair.partition(":")[2] for pair in pairs} <= set(get_args(Severity))


def test_the_address_is_the_service_of_our_alertmanager() -> None:
    """By default the chart names it after its release."""
    stack = rendered(configured())["kube-prometheus-stack"]
    assert not {"fullnameOverride", "nameOverride"} & {*stack.values, *stack.values["alertmanager"]}
    address = values()["falcosidekick"]["config"]["alertmanager"]["hostport"]
    assert address == f"http://{stack.name}-alertmanager.{stack.namespace}:9093"


def test_alerts_without_an_alertmanager_are_refused() -> None:
    [problem] = problems(configured({"enabled": False}))
    assert problem.path == ("platform", "falco", "alerts")
    assert problems(configured({"enabled": False}, alerts=False)) == []


def test_without_alerts_there_is_no_falcosidekick() -> None:
    assert values(alerts=False)["falcosidekick"] == {"enabled": False}


def test_custom_rules_are_loaded_after_falcos() -> None:
    rules = {"shop.yaml": "- macro: shop\n  condition: container.name = shop\n"}
    assert values(rules=rules)["customRules"] == rules


def test_prometheus_scrapes_it_where_monitoring_is_enabled() -> None:
    on, off = values(), values({"enabled": False}, alerts=False)
    assert (on["metrics"], on["serviceMonitor"]) == ({"enabled": True}, {"create": True})
    assert on["falcosidekick"]["serviceMonitor"] == {"enabled": True}
    assert (off["metrics"], off["serviceMonitor"]) == ({"enabled": False}, {"create": False})


def test_a_registry_to_which_falcoctl_cannot_log_in_is_warned_of() -> None:
    registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    path = ("platform", "charts", "image_registry")
    charts = {"image_registry": registry}
    assert (
        "falcoctl cannot log in"
        in warned(platform={"charts": charts, "falco": {"enabled": True}})[path]
    )
    elsewhere = {
        "falcoctl": {"config": {"artifact": {"install": {"refs": ["mirror.example/rules:5.1.0"]}}}},
        "collectors": {"containerEngine": {"pluginRef": "mirror.example/container:0.7.1"}},
    }
    settings = {"charts": charts, "falco": {"enabled": True, "values": elsewhere}}
    assert path not in warned(platform=settings)
    assert path not in warned(platform={"charts": charts})
