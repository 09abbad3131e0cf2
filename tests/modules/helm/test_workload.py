"""Every pod of an add-on has requests, at the paths of its workloads."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from config.types.quantity import quantity
from modules.capacity.eks_addon_pods import ADDON_PODS
from modules.capacity.pods import MISSING, value_at
from modules.cluster.addon_catalog import EKS_ADDONS
from modules.helm.releases import PlannedRelease
from modules.helm.workload import JOB, NODE, Workload
from support.addon_environments import MINORS, VARIANTS, releases

OF_OTHERS = {"istiod": {"global.proxy.resources": "sidecars in pods of applications"}}
"""Requests of pods that are not the platform's, by add-on and path."""


def charts(variant: str) -> list[PlannedRelease]:
    return [release for release in releases(variant, MINORS[-1]).values() if not release.manifests]


def requests_in(values: Any, path: str = "") -> Iterator[str]:
    """Paths of all values with `requests` of CPU or memory."""
    if isinstance(values, Mapping):
        found: Any = values.get("requests")
        if isinstance(found, Mapping) and {"cpu", "memory"} & {*found}:
            yield path.removeprefix(".")
        for key, inner in values.items():
            yield from requests_in(inner, f"{path}.{key}")
    elif isinstance(values, Sequence) and not isinstance(values, str):
        for index, inner in enumerate(values):
            yield from requests_in(inner, f"{path}.{index}")


def paths(workload: Workload) -> tuple[str, ...]:
    return (*workload.resources, *workload.init_resources)


def present(release: PlannedRelease, path: str) -> bool:
    return value_at(release.values, path) is not MISSING


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_requests_in_values_are_those_of_a_workload(variant: str) -> None:
    for release in charts(variant):
        named = {path for workload in release.addon.workloads for path in paths(workload)}
        for path in {*requests_in(release.values)} - {*OF_OTHERS.get(release.name, {})}:
            assert path in named, (
                f"{release.name}: say in its `workloads` whose pods have {path}; "
                "`replicas=JOB` for a job, `initial=` for a container that runs first"
            )


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_workload_requests_cpu_and_memory(variant: str) -> None:
    for release in charts(variant):
        for workload in release.addon.workloads:
            if workload.enabled and value_at(release.values, workload.enabled) in {False, MISSING}:
                continue
            initial = [path for path in workload.init_resources if present(release, path)]
            for path in (*workload.resources, *initial):
                for resource in ("cpu", "memory"):
                    asked = value_at(release.values, f"{path}.requests.{resource}")
                    assert asked is not MISSING, f"{release.name}: {path} requests no {resource}"
                    assert quantity(asked) > 0, f"{release.name}: {path}"


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_path_of_replicas_exists(variant: str) -> None:
    for release in charts(variant):
        for workload in release.addon.workloads:
            if workload.enabled and value_at(release.values, workload.enabled) in {False, MISSING}:
                continue
            if workload.replicas not in {"", JOB, NODE}:
                replicas = value_at(release.values, workload.replicas)
                assert isinstance(replicas, int), f"{release.name}: {workload.replicas}"


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_chart_with_images_has_workloads(variant: str) -> None:
    for release in charts(variant):
        assert release.addon.workloads or not release.addon.images, release.name


def test_the_pods_of_every_eks_add_on_are_known() -> None:
    assert {spec.name for spec in EKS_ADDONS} == {*ADDON_PODS}
    for pods in ADDON_PODS.values():
        for workload in pods.workloads:
            for path in paths(workload):
                assert value_at(pods.defaults, f"{path}.requests.cpu") is not MISSING
                assert value_at(pods.defaults, f"{path}.requests.memory") is not MISSING
            if workload.replicas != NODE:
                assert value_at(pods.defaults, workload.replicas) == 2
