"""Alerts and dashboards as they travel: the right ones, whole, and of a size that fits."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from modules.addons.monitoring import addon
from modules.addons.monitoring.alerts.catalog import PARTS, parts
from modules.addons.monitoring.alerts.chart_alerts import REPLACED
from modules.addons.monitoring.alerts.ingress import SERVICE_NAME_LABEL
from modules.helm.contract import Manifest
from support.addon_environments import MINORS, VARIANTS, releases, variant
from support.alert_cases import run
from support.output import Output
from support.prometheus_tools import promtool

RELEASE = f"{addon.ADDON.name}-resources"

SECRET_LIMIT = 1024 * 1024
"""https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size"""

each_variant = pytest.mark.parametrize("name", VARIANTS)


def manifests(name: str, kind: str) -> dict[str, Manifest]:
    """The objects of a kind that a variant gets for alerts and dashboards, by name."""
    return {
        each["metadata"]["name"]: each
        for each in releases(name, MINORS[-1])[RELEASE].manifests
        if each["kind"] == kind
    }


def alerts(name: str) -> set[str]:
    return {
        rule["alert"]
        for made in manifests(name, "PrometheusRule").values()
        for group in made["spec"]["groups"]
        for rule in group["rules"]
    }


def values(name: str) -> dict[str, Any]:
    return releases(name, MINORS[-1])[addon.ADDON.name].values


@each_variant
def test_an_environment_has_the_alerts_and_dashboards_of_what_it_installs(name: str) -> None:
    installed = parts(variant(name, MINORS[-1]))
    assert alerts(name) == {alert.name for part in installed for alert in part.alerts}
    assert set(manifests(name, "ConfigMap")) == {
        f"dashboard-{part.name}" for part in installed if part.dashboard is not None
    }


def test_every_part_is_installed_somewhere() -> None:
    somewhere = {part.name for name in VARIANTS for part in parts(variant(name, MINORS[-1]))}
    assert somewhere == {part.name for part in PARTS}


def test_only_the_chosen_ingress_controller_and_autoscaler_are_watched() -> None:
    assert {"NginxErrors", "KarpenterCannotLaunch"} <= alerts("prod")
    assert "TraefikErrors" in alerts("traefik")
    assert "NginxErrors" not in alerts("traefik")
    assert "KarpenterCannotLaunch" not in alerts("cluster-autoscaler")


@each_variant
def test_of_two_alerts_about_the_same_the_charts_is_switched_off(name: str) -> None:
    disabled = values(name)["defaultRules"]["disabled"]
    assert disabled == dict.fromkeys(REPLACED, True)


@each_variant
def test_grafana_finds_the_dashboards(name: str) -> None:
    sidecar = values(name)["grafana"]["sidecar"]["dashboards"]
    assert sidecar["searchNamespace"] == "ALL"
    for made in manifests(name, "ConfigMap").values():
        # The label and its value are the chart's defaults.
        assert made["metadata"]["labels"] == {"grafana_dashboard": "1"}
        assert sidecar["folderAnnotation"] in made["metadata"]["annotations"]
        ((file, text),) = made["data"].items()
        assert file.endswith(".json")
        assert json.loads(text)["panels"]


def test_metrics_that_are_off_by_default_are_on() -> None:
    planned = releases("prod", MINORS[-1])
    state_metrics = values("prod")["kube-state-metrics"]
    assert SERVICE_NAME_LABEL in state_metrics["metricLabelsAllowlist"]
    assert planned["nginx-ingress"].values["controller"]["enableLatencyMetrics"] is True


def test_labels_are_those_of_the_objects_not_of_what_tells_of_them() -> None:
    """The alerts read `namespace`; without these settings it would be the exporter's own."""
    planned = releases("prod", MINORS[-1])
    monitor = planned["cert-manager"].values["prometheus"]["servicemonitor"]
    assert monitor["honorLabels"] is True
    assert planned["external-secrets"].values["serviceMonitor"]["honorLabels"] is True
    community = releases("ingress-nginx", MINORS[-1])["ingress-nginx"].values["controller"]
    assert community["metrics"]["serviceMonitor"]["honorLabels"] is True


@each_variant
def test_the_release_fits_into_helms_secret_several_times(name: str) -> None:
    text = json.dumps(releases(name, MINORS[-1])[RELEASE].values)
    # Helm keeps values and rendered objects, compressed and then as base64.
    assert len(gzip.compress((text * 2).encode())) * 4 / 3 < SECRET_LIMIT / 4


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_terraform_hands_prometheus_the_rules_as_they_are_written(
    output: Output, environment: str, tmp_path: Path
) -> None:
    """From the synthesized JSON, as Terraform reads it; that Helm leaves them as they are is shown
    by tests/charts/test_custom_resource_chart.py."""
    body = output.stack(f"{environment}-platform").resources("helm_release")[
        RELEASE.replace("-", "_")
    ]
    text = body["values"][0].replace("$${", "${").replace("%%{", "%{")
    made = json.loads(text)["resources"]
    assert made == [dict(each) for each in releases(environment, MINORS[-1])[RELEASE].manifests]
    groups = [
        group
        for each in made
        if each["kind"] == "PrometheusRule"
        for group in each["spec"]["groups"]
    ]
    assert len(groups) > 3
    assert run(promtool(), tmp_path, "check", "rules", "r.yaml", r={"groups": groups}) == ""
