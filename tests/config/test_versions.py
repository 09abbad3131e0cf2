"""The version table is complete, sourced and consistent."""

from itertools import pairwise
from typing import get_args

import pytest

from config import versions
from config.types.kubernetes import AddonName
from modules.addons.catalog import all_addons
from modules.addons.velero.addon import PLUGIN

TABLE = versions.table()


def test_it_has_the_minors_that_eks_supports() -> None:
    assert versions.minors() == ("1.33", "1.34", "1.35")


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


def test_the_core_add_ons_have_the_required_versions() -> None:
    core = ("vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver", "eks-pod-identity-agent")
    given = {minor: [versions.addon(name, minor) for name in core] for minor in versions.minors()}
    agent = "v1.3.10-eksbuild.2"
    assert given == {
        "1.35": [
            "v1.21.1-eksbuild.1",
            "v1.13.2-eksbuild.3",
            "v1.35.0-eksbuild.2",
            "v1.57.1-eksbuild.1",
            agent,
        ],
        "1.34": [
            "v1.20.4-eksbuild.2",
            "v1.12.3-eksbuild.1",
            "v1.34.0-eksbuild.2",
            "v1.56.0-eksbuild.1",
            agent,
        ],
        "1.33": [
            "v1.20.4-eksbuild.2",
            "v1.12.1-eksbuild.2",
            "v1.33.3-eksbuild.4",
            "v1.56.0-eksbuild.1",
            agent,
        ],
    }


def test_only_add_ons_of_older_minors_are_unconfirmed() -> None:
    """A new entry without a source that names its minor fails here first."""
    waiting = {
        (minor, name)
        for minor, entry in TABLE.kubernetes.items()
        for name, pin in {**entry.addons, **entry.amis}.items()
        if pin.unconfirmed
    }
    assert waiting == {("1.33", "snapshot-controller"), ("1.34", "snapshot-controller")}


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
    assert set(TABLE.charts) == {addon.chart for addon in all_addons()}
    assert set(TABLE.images) == {PLUGIN}


def test_a_chart_may_have_another_version_for_a_minor() -> None:
    pins = {minor: versions.chart_version("external-secrets", minor) for minor in versions.minors()}
    assert pins == {"1.33": "2.6.0", "1.34": "2.6.0", "1.35": "2.8.0"}


def test_versions_for_single_minors_have_a_source() -> None:
    pins = {
        (name, minor): pin
        for name, chart in TABLE.charts.items()
        for minor, pin in chart.versions.items()
    }
    assert {minor for _, minor in pins} <= set(versions.minors())
    assert all(pin.source.startswith("https://") for pin in pins.values())
    assert {key for key, pin in pins.items() if pin.unconfirmed} == {("external-secrets", "1.33")}


@pytest.mark.parametrize(
    ("minor", "oldest", "too_old"),
    [("1.33", "1.5.0", "1.4.9"), ("1.34", "1.6.0", "1.5.9"), ("1.35", "1.9.0", "1.8.9")],
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


@pytest.mark.parametrize(("asked", "nearest"), [("1.29", "1.33"), ("1.36", "1.35")])
def test_the_nearest_minor_is_suggested(asked: str, nearest: str) -> None:
    assert versions.nearest_minor(asked) == nearest
