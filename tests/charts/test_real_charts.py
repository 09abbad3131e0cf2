"""The real charts, rendered by the real Helm with our values: `make verify-charts`.

A chart that cannot be fetched was not verified, so that its test fails; so do all without Helm.

tests/runner/charts/test_fetch.py tests the access to repositories.
"""

import os
from pathlib import Path

import pytest

from modules.addons.catalog import namespaces
from modules.helm.contract import PodSecurity
from modules.helm.releases import PlannedRelease
from support.addon_environments import MINORS, VARIANTS, releases, variant
from support.real_charts import pulled, rendered_problems

VARIABLE = "EKS_PLATFORM_VERIFY_CHARTS"

pytestmark = pytest.mark.skipif(
    not os.environ.get(VARIABLE), reason="make verify-charts fetches and renders real charts"
)

CHARTS = (
    sorted(
        {
            (release.repository, release.chart, str(release.version))
            for name in VARIANTS
            for minor in MINORS
            for release in releases(name, minor).values()
            if release.repository is not None
        }
    )
    if os.environ.get(VARIABLE)
    else []
)


def _users(wanted: tuple[str, str, str]) -> list[tuple[str, PodSecurity, PlannedRelease]]:
    return [
        (minor, namespaces(variant(name, minor)).get(release.namespace, "privileged"), release)
        for name in VARIANTS
        for minor in MINORS
        for release in releases(name, minor).values()
        if (release.repository, release.chart, release.version) == wanted
    ]


@pytest.mark.parametrize("wanted", CHARTS, ids=lambda wanted: "-".join(wanted[1:]))
def test_the_real_chart_renders_with_our_values(
    wanted: tuple[str, str, str], tmp_path: Path
) -> None:
    chart = pulled(*wanted, tmp_path)
    found: set[str] = set()
    for minor, level, release in _users(wanted):
        values, namespace = release.values, release.namespace
        found |= rendered_problems(chart, release.name, values, namespace, minor, level)
    assert sorted(found) == []
