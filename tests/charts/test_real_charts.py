"""The real charts, rendered by the real Helm with our values: `make verify-charts`."""

import json
import os
from pathlib import Path

import pytest

from modules.addons.releases import PlannedRelease
from support.addon_environments import MINORS, VARIANTS, releases
from support.helm import run, template
from support.kubernetes_objects import problems

VARIABLE = "EKS_PLATFORM_VERIFY_CHARTS"

pytestmark = [
    pytest.mark.usefixtures("real_helm"),
    pytest.mark.skipif(
        not os.environ.get(VARIABLE), reason="make verify-charts fetches and renders real charts"
    ),
]

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


def _users(wanted: tuple[str, str, str]) -> list[tuple[str, PlannedRelease]]:
    return [
        (minor, release)
        for name in VARIANTS
        for minor in MINORS
        for release in releases(name, minor).values()
        if (release.repository, release.chart, release.version) == wanted
    ]


@pytest.mark.parametrize("wanted", CHARTS, ids=lambda wanted: "-".join(wanted[1:]))
def test_the_real_chart_renders_with_our_values(
    wanted: tuple[str, str, str], tmp_path: Path
) -> None:
    chart = _pulled(wanted, tmp_path)
    found: set[str] = set()
    for minor, release in _users(wanted):
        objects = template(
            chart,
            release.name,
            json.dumps(release.values),
            *("--namespace", release.namespace, "--kube-version", f"{minor}.0"),
        )
        built_in = [each for each in objects if _is_built_in(each["apiVersion"])]
        found |= {problem for each in built_in for problem in problems(each, minor)}
    assert sorted(found) == []


def _pulled(wanted: tuple[str, str, str], folder: Path) -> Path:
    repository, name, version = wanted
    oci = repository.startswith("oci://")
    source = [f"{repository}/{name}"] if oci else [name, "--repo", repository]
    done = run("pull", *source, "--version", version, "--untar", "--untardir", str(folder))
    if done.returncode and "not found" not in done.stderr:
        reason = done.stderr.strip().rsplit('": ', 1)[-1]
        pytest.skip(f"helm pull cannot reach {repository}: {reason[:200]}")
    assert done.returncode == 0, done.stderr
    return folder / name


def _is_built_in(api_version: str) -> bool:
    group = api_version.partition("/")[0]
    if "." not in group:
        return True
    return group.endswith(".k8s.io") and group.count(".") == 2 and "snapshot" not in group
