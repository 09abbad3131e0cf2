"""The version table is complete, sourced and consistent."""

from itertools import pairwise
from typing import get_args

import pytest

from config import versions
from config.sections.cluster import Cluster
from config.types.kubernetes import AddonName
from modules.addons.catalog import all_addons
from modules.addons.cluster_autoscaler.addon import IMAGE as CLUSTER_AUTOSCALER
from modules.addons.monitoring.amp import PLUGIN as GRAFANA_PLUGIN
from modules.addons.monitoring.grafana import RENDERER_IMAGE
from modules.addons.reports.objects import IMAGE as PYTHON
from modules.addons.velero.addon import PLUGIN, SERVER

TABLE = versions.table()


def test_it_has_the_minors_that_eks_supports() -> None:
    assert versions.minors() == ("1.34", "1.35", "1.36")


@pytest.mark.parametrize("minor", versions.minors())
def test_every_minor_has_every_add_on_and_image_with_a_source(minor: str) -> None:
    entry = TABLE.kubernetes[minor]
    assert set(entry.addons) == set(get_args(AddonName))
    assert set(entry.amis) == {"al2023", "bottlerocket"}
    assert entry.source
    for name, pin in {**entry.addons, **entry.amis}.items():
        assert pin.source, name
        assert pin.unconfirmed or pin.source.startswith("https://"), name


@pytest.mark.parametrize("minor", versions.minors())
def test_extended_support_is_a_year_longer(minor: str) -> None:
    entry = TABLE.kubernetes[minor]
    assert (entry.extended_support_ends - entry.standard_support_ends).days in {365, 366}


@pytest.mark.parametrize("minor", versions.minors())
def test_versions_that_contain_a_minor_contain_the_right_one(minor: str) -> None:
    entry = TABLE.kubernetes[minor]
    assert entry.addons["kube-proxy"].version.startswith(f"v{minor}.")
    assert entry.amis["al2023"].version.startswith(f"{minor}.")


@pytest.mark.parametrize("minor", versions.minors())
def test_nothing_with_a_known_vulnerability_is_pinned(minor: str) -> None:
    charts = {name: versions.chart_version(name, minor) for name in TABLE.security.charts}
    addons = {name: versions.addon(name, minor) for name in TABLE.security.addons}
    assert {"argo-cd", "istiod", "kyverno", "traefik"} <= charts.keys()
    assert "vpc-cni" in addons
    for pinned, fixed in ((charts, TABLE.security.charts), (addons, TABLE.security.addons)):
        for name, version in pinned.items():
            assert versions.number(version) >= versions.number(fixed[name].version), name
            assert fixed[name].source.startswith("https://"), name


def test_charts_and_images_of_istio_come_from_where_they_are_published() -> None:
    """The addresses before are shut down in December 2026."""
    istio = {name: chart for name, chart in TABLE.charts.items() if name.startswith("istio")}
    assert {chart.repository for chart in istio.values()} == {
        "https://blob.istio.io/istio-release/charts"
    }
    assert {(chart.oci or "").rpartition("/")[0] for chart in istio.values()} == {
        "oci://ghcr.io/istio/release/charts"
    }


def test_new_clusters_start_on_minors_in_standard_support() -> None:
    offered = {minor for minor, entry in TABLE.kubernetes.items() if not entry.upgrades_only}
    assert offered == {"1.35", "1.36"}
    assert all(TABLE.kubernetes[minor].standard_support_ends > TABLE.as_of for minor in offered)
    assert Cluster().version == "1.36"


def test_the_autoscaler_has_the_minor_of_the_cluster() -> None:
    for minor in versions.minors():
        assert versions.image(CLUSTER_AUTOSCALER, minor).startswith(f"v{minor}.")


def test_only_known_pins_are_unconfirmed() -> None:
    """A new entry without a source that names its minor fails here first."""
    waiting = {
        (minor, name)
        for minor, entry in TABLE.kubernetes.items()
        for name, pin in {**entry.addons, **entry.amis, **entry.images}.items()
        if pin.unconfirmed
    }
    assert waiting == {
        *(("1.34", name) for name in ("vpc-cni", "kube-proxy", "coredns", "metrics-server")),
        *((minor, "bottlerocket") for minor in versions.minors()),
        ("1.35", "metrics-server"),
        ("1.36", "aws-efs-csi-driver"),
        ("1.36", "eks-node-monitoring-agent"),
        ("1.36", "metrics-server"),
        ("1.36", "snapshot-controller"),
    }


@pytest.mark.parametrize(("older", "newer"), list(pairwise(versions.minors())))
def test_no_add_on_is_downgraded_when_kubernetes_is_upgraded(older: str, newer: str) -> None:
    for name in get_args(AddonName):
        before, after = (versions.number(versions.addon(name, minor)) for minor in (older, newer))
        assert before <= after, name


@pytest.mark.parametrize("name", sorted(TABLE.charts))
@pytest.mark.parametrize("minor", versions.minors())
def test_every_chart_supports_every_minor(name: str, minor: str) -> None:
    assert versions.chart_fits(name, versions.chart_version(name, minor), minor)


def test_every_row_is_used() -> None:
    """A chart that no add-on installs, or an image that none names, is removed from the table."""
    assert set(TABLE.charts) == {addon.chart for addon in all_addons() if addon.chart}
    assert set(TABLE.images) == {PLUGIN, PYTHON, RENDERER_IMAGE, SERVER}
    assert set(TABLE.plugins) == {GRAFANA_PLUGIN}
    images = [set(entry.images) for entry in TABLE.kubernetes.values()]
    assert images == [{CLUSTER_AUTOSCALER}] * len(images)


def test_a_chart_may_have_another_version_for_a_minor() -> None:
    pins = {minor: versions.chart_version("external-secrets", minor) for minor in versions.minors()}
    assert pins == {"1.34": "2.6.0", "1.35": "2.8.0", "1.36": "2.12.0"}


def test_versions_for_single_minors_have_a_source() -> None:
    pins = {
        (name, minor): pin
        for name, chart in TABLE.charts.items()
        for minor, pin in chart.versions.items()
    }
    assert {minor for _, minor in pins} <= set(versions.minors())
    assert all(pin.source.startswith("https://") for pin in pins.values())
    assert {key for key, pin in pins.items() if pin.unconfirmed} == {("kyverno", "1.36")}


@pytest.mark.parametrize(
    ("minor", "oldest", "too_old"),
    [("1.34", "1.6.0", "1.5.9"), ("1.35", "1.9.0", "1.8.9"), ("1.36", "1.13.0", "1.12.9")],
)
def test_karpenter_is_new_enough_for_kubernetes(minor: str, oldest: str, too_old: str) -> None:
    assert versions.chart_fits("karpenter", oldest, minor)
    assert not versions.chart_fits("karpenter", too_old, minor)
    assert versions.nearest_chart("karpenter", minor) == oldest


@pytest.mark.parametrize(
    ("wanted", "minor", "fits"),
    [
        (">=1.25.0-0", "1.35", True),
        (">= 1.25.0-0", "1.24", False),
        ("^1.25.0-0", "1.35", True),
        ("^1.25.0-0", "2.10", False),
        ("~1.34.0", "1.34", True),
        ("~1.34.0", "1.35", False),
        (">=1.30.0-0", "1.9", False),
    ],
)
def test_ranges_are_read_as_in_helm(wanted: str, minor: str, fits: bool) -> None:
    assert versions.in_range(minor, wanted) is fits


@pytest.mark.parametrize("wanted", ["", "<1.30", ">=1.25 || <1.20", "latest"])
def test_an_unknown_range_is_refused(wanted: str) -> None:
    with pytest.raises(ValueError, match="unknown form"):
        versions.in_range("1.35", wanted)


@pytest.mark.parametrize(("asked", "nearest"), [("1.29", "1.34"), ("1.37", "1.36")])
def test_the_nearest_minor_is_suggested(asked: str, nearest: str) -> None:
    assert versions.nearest_minor(asked) == nearest
