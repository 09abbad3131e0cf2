"""Prometheus scrapes every add-on that has metrics (I1)."""

from typing import Any

import pytest

from modules.addons.catalog import all_addons, rendered
from support.addon_environments import MINORS, VARIANTS, releases
from support.environments import environment

MONITORS = ("PodMonitor", "ServiceMonitor")

WITHOUT_MONITOR = {
    "eck-stack": "Elasticsearch and Kibana have no Prometheus metrics",
    "istio-ingress": "the PodMonitor of the sidecars, in istiod's release, scrapes it",
    "kube-prometheus-stack": "has monitors of its components by default",
    "nvidia-device-plugin": "has no metrics; those of GPUs are of the DCGM exporter",
    "secrets-store-csi-driver-provider-aws": "has no metrics",
}
"""Add-ons with pods and without a monitor of their own, each with the reason."""

OPTIONS: dict[str, Any] = {
    "istio": {"enabled": True},
    "secrets_store_csi": {"enabled": True},
}


def is_on(switch: Any) -> bool:
    """Whether a setting is `true`, or a map with `enabled` or `create`."""
    if isinstance(switch, dict):
        switch = switch.get("enabled") or switch.get("create")
    return switch is True


def enables_monitor(values: Any) -> bool:
    """Whether a chart's values enable a monitor, at any depth."""
    return isinstance(values, dict) and any(
        (key.lower().endswith(("servicemonitor", "podmonitor")) and is_on(value))
        or enables_monitor(value)
        for key, value in values.items()
    )


def monitored() -> set[str]:
    """The add-ons that have a monitor in some variant."""
    return {
        release.addon.name
        for name in VARIANTS
        for release in releases(name, MINORS[-1]).values()
        if any(each["kind"] in MONITORS for each in release.manifests)
        or enables_monitor(release.values)
    }


def test_every_add_on_with_pods_is_scraped() -> None:
    assert {addon.name for addon in all_addons() if addon.workloads} - monitored() == set(
        WITHOUT_MONITOR
    )


@pytest.mark.parametrize(
    ("addon", "labels", "port"),
    [
        ("istio-cni", {"k8s-app": "istio-cni-node"}, "metrics"),
        ("secrets-store-csi-driver", {"app": "secrets-store-csi-driver"}, "metrics"),
        (
            "vertical-pod-autoscaler",
            {"app.kubernetes.io/name": "vertical-pod-autoscaler"},
            "prometheus",
        ),
    ],
)
def test_add_ons_whose_chart_has_no_monitor_get_a_pod_monitor(
    addon: str, labels: dict[str, str], port: str
) -> None:
    release = rendered(environment(platform=OPTIONS))[f"{addon}-resources"]
    [monitor] = [each for each in release.manifests if each["kind"] == "PodMonitor"]
    assert monitor["metadata"]["namespace"] == release.namespace
    assert monitor["spec"]["selector"]["matchLabels"] == labels
    assert monitor["spec"]["podMetricsEndpoints"] == [{"port": port}]
    off = rendered(environment(platform=OPTIONS | {"monitoring": {"enabled": False}}))
    assert "PodMonitor" not in {
        each["kind"] for release in off.values() for each in release.manifests
    }
