"""Every environment gets the alerts and dashboards of what it installs, unchanged."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from modules.addons.catalog import rendered
from modules.addons.monitoring import addon
from modules.addons.monitoring import alerts as monitoring_alerts
from modules.addons.monitoring.alerts import ADDONS_DIR, PREFIX
from modules.addons.monitoring.values import REPLACED, SERVICE_NAME_LABEL
from modules.helm.contract import Context, Manifest
from support.addon_environments import MINORS, VARIANTS, releases
from support.alert_cases import run
from support.environments import environment
from support.output import Output
from support.prometheus_tools import promtool
from tools.docs.runbook import Component, components

RELEASE = f"{addon.ADDON.name}-resources"

SECRET_LIMIT = 1024 * 1024
"""https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size"""


def test_the_operators_crds_have_a_version_of_their_own() -> None:
    """The two charts count their versions differently."""
    crds, stack = "prometheus-operator-crds", "kube-prometheus-stack"
    pinned = {name: each.version for name, each in rendered(environment()).items()}
    settings = {"version": "90.1.2"}
    made = rendered(environment(platform={"monitoring": settings}))
    assert (made[stack].version, made[crds].version) == ("90.1.2", pinned[crds])
    settings = {"prometheus_operator_crds": {"version": "31.0.0", "values": {"crds": {}}}}
    made = rendered(environment(platform={"monitoring": settings}))
    assert (made[stack].version, made[crds].version) == (pinned[stack], "31.0.0")
    assert made[crds].values == {"crds": {}}


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


def installed(name: str) -> list[Component]:
    """The components whose files lie beside what a variant installs."""
    addons = [release.addon for release in releases(name, MINORS[-1]).values()]
    keys = {addon.settings_field for addon in addons}
    files = [ADDONS_DIR / key / "alerts.yaml" for key in keys]
    files += [
        ADDONS_DIR / each.settings_field / f"{each.copy_of or each.name}.alerts.yaml"
        for each in addons
    ]
    groups = {
        group["name"]
        for file in files
        if file.is_file()
        for group in yaml.safe_load(file.read_text())["groups"]
    }
    return [each for each in components() if f"{PREFIX}{each.name}" in groups]


@each_variant
def test_an_environment_has_the_alerts_and_dashboards_of_what_it_installs(name: str) -> None:
    wanted = installed(name)
    assert set(manifests(name, "PrometheusRule")) == {f"{PREFIX}{each.name}" for each in wanted}
    assert alerts(name) == {alert.name for each in wanted for alert in each.alerts}
    assert set(manifests(name, "ConfigMap")) == {
        f"dashboard-{each.name}" for each in wanted if each.dashboard
    }


def test_every_component_is_installed_in_some_variant() -> None:
    """So that the tests of all variants test all components."""
    rules = {rule for name in VARIANTS for rule in manifests(name, "PrometheusRule")}
    assert rules == {f"{PREFIX}{component.name}" for component in components()}


def test_alerts_follow_the_chosen_ingress_controller_autoscaler_and_backups() -> None:
    assert {"NodeNotReady", "NginxErrors", "KarpenterCannotLaunch"} <= alerts("prod")
    assert "TraefikErrors" in alerts("traefik")
    assert "NginxErrors" not in alerts("traefik")
    assert "KarpenterCannotLaunch" not in alerts("cluster-autoscaler")
    assert "VeleroBackupMissing" in alerts("full") - alerts("prod")


@each_variant
def test_alerts_of_the_chart_that_the_platform_replaces_are_off(name: str) -> None:
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


def test_labels_are_those_of_the_objects_not_of_the_exporter() -> None:
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


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_rules_reach_prometheus_through_terraform_unchanged(
    output: Output, name: str, tmp_path: Path
) -> None:
    """In the synthesized JSON; tests/charts/test_custom_resource_chart.py shows that Helm does not
    change them."""
    body = output.stack(f"{name}-platform").resources("helm_release")[RELEASE.replace("-", "_")]
    text = body["values"][0].replace("$${", "${").replace("%%{", "%{")
    made = json.loads(text)["resources"]
    assert made == [dict(each) for each in releases(name, MINORS[-1])[RELEASE].manifests]
    groups = [
        group
        for each in made
        if each["kind"] == "PrometheusRule"
        for group in each["spec"]["groups"]
    ]
    assert len(groups) > 3
    assert run(promtool(), tmp_path, "check", "rules", "r.yaml", r={"groups": groups}) == ""


RULE_FILE = """
groups:
  - name: platform-autoscaler
    rules:
      - alert: NoRecommendations
        expr: absent(vpa_recommendations)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files about the Vertical Pod Autoscaler, the only one that there is."""
    monkeypatch.setattr(monitoring_alerts, "ADDONS_DIR", tmp_path)
    made = tmp_path / "vertical_pod_autoscaler"
    made.mkdir()
    return made


def made(**settings: Any) -> list[str]:
    """Names of the objects that an environment gets of its alerts and dashboards."""
    context = Context(environment(platform=settings), "monitoring")
    return [each["metadata"]["name"] for each in monitoring_alerts.resources(context)]


def test_an_add_on_gets_alerts_and_a_dashboard_by_files_in_its_folder(folder: Path) -> None:
    assert made() == []
    (folder / "alerts.yaml").write_text(RULE_FILE)
    (folder / "dashboard.json").write_text('{"uid": "platform-autoscaler"}')
    assert made() == ["platform-autoscaler", "dashboard-autoscaler"]
    assert made(vertical_pod_autoscaler={"enabled": False}) == []


def test_files_of_what_is_off_are_not_read(folder: Path) -> None:
    (folder / "alerts.yaml").write_text("groups: [")
    assert made(vertical_pod_autoscaler={"enabled": False}) == []
