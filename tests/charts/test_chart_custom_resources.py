"""Custom resources are valid by the CRDs that are installed for them."""

import json
from collections.abc import Iterator

import pytest

from modules.helm.contract import Manifest
from support.addon_environments import COMBINATIONS, MINORS, VARIANTS, releases
from support.json_schemas import object_problems
from support.kubernetes_objects import problems
from support.output import Output
from tools.standins.chart_files import definitions

pytestmark = pytest.mark.usefixtures("charts")

UNDEFINED: dict[tuple[str, str], str] = {
    (
        "snapshot.storage.k8s.io/v1",
        "VolumeSnapshotClass",
    ): "comes with an add-on of EKS, not a chart",
    ("argoproj.io/v1alpha1", "AppProject"): "is a template of its chart, not a file",
    ("argoproj.io/v1alpha1", "Application"): "is a template of its chart, not a file",
    ("argoproj.io/v1alpha1", "ApplicationSet"): "is a template of its chart, not a file",
    ("cilium.io/v2", "CiliumClusterwideNetworkPolicy"): "comes with the operator, not the chart",
    ("security.istio.io/v1", "PeerAuthentication"): "is a template of its chart, not a file",
    ("networking.istio.io/v1", "Gateway"): "is a template of its chart, not a file",
    ("telemetry.istio.io/v1", "Telemetry"): "is a template of its chart, not a file",
    ("policies.kyverno.io/v1", "ValidatingPolicy"): "is a template of its chart, not a file",
    ("policies.kyverno.io/v1", "ImageValidatingPolicy"): "is a template of its chart, not a file",
    ("external-secrets.io/v1", "ClusterSecretStore"): "is a template of its chart, not a file",
    ("external-secrets.io/v1", "ExternalSecret"): "is a template of its chart, not a file",
    (
        "generators.external-secrets.io/v1alpha1",
        "Password",
    ): "is a template of its chart, not a file",
}
"""Kinds whose CRD is not among the chart files, with the reason.

test_documented_kinds.py holds most of them against their references.
"""


def _manifests(name: str, minor: str) -> Iterator[Manifest]:
    for release in releases(name, minor).values():
        yield from release.manifests


def _kind(manifest: Manifest) -> tuple[str, str]:
    return manifest["apiVersion"], manifest["kind"]


@pytest.mark.parametrize(("name", "minor"), COMBINATIONS)
def test_custom_resources_pass_the_schema_of_their_definition(name: str, minor: str) -> None:
    known = definitions()
    assert [
        f"{manifest['kind']} {manifest['metadata']['name']}: {problem}"
        for manifest in _manifests(name, minor)
        if _kind(manifest) not in UNDEFINED
        for problem in (
            object_problems(manifest, known[_kind(manifest)])
            if _kind(manifest) in known
            else problems(manifest, minor)
        )
    ] == []


@pytest.mark.parametrize("name", VARIANTS)
def test_a_custom_resource_comes_after_what_defines_its_kind(name: str) -> None:
    """One add-on installs the CRDs of a group; releases with its custom resources follow it."""
    planned = releases(name, MINORS[-1])
    alone = "envoy-gateway-internal" in planned
    brings = {
        "karpenter.sh": "karpenter-crd",
        "karpenter.k8s.aws": "karpenter-crd",
        "cert-manager.io": "cert-manager",
        "cilium.io": "cilium",
        "elbv2.k8s.aws": "aws-load-balancer-controller",
        "argoproj.io": "argo-cd",
        "monitoring.coreos.com": "prometheus-operator-crds",
        "networking.istio.io": "istio-base",
        "security.istio.io": "istio-base",
        "telemetry.istio.io": "istio-base",
        "external-secrets.io": "external-secrets",
        "gateway.envoyproxy.io": f"envoy-gateway{'-internal' if alone else ''}",
        "gateway.networking.k8s.io": "gateway-api-crds",
        "generators.external-secrets.io": "external-secrets",
        "policies.kyverno.io": "kyverno",
        "snapshot.storage.k8s.io": None,
        "batch": None,
        "networking.k8s.io": None,
        "rbac.authorization.k8s.io": None,
        "v1": None,
    }

    def before(release: str) -> set[str]:
        required = planned[release].requires
        return {*required, *(earlier for each in required for earlier in before(each))}

    assert [
        f"{release.name} has {kind} of {group}, which {brings.get(group, 'nothing known')} brings"
        for release in planned.values()
        for group, kind in {
            (manifest["apiVersion"].split("/")[0], manifest["kind"])
            for manifest in release.manifests
        }
        if brings.get(group, "") is not None and brings.get(group) not in before(release.name)
    ] == []


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_releases_that_no_add_on_brings_pass_their_definitions_too(
    output: Output, environment: str
) -> None:
    planned = releases(environment, MINORS[-1])
    known = definitions()
    stack = output.stack(f"{environment}-platform")
    assert [
        f"{body['name']}: {problem}"
        for body in stack.resources("helm_release").values()
        if body["name"] not in planned
        for manifest in json.loads(body["values"][0])["resources"]
        if _kind(manifest) not in UNDEFINED
        for problem in (
            object_problems(manifest, known[_kind(manifest)])
            if _kind(manifest) in known
            else problems(manifest, MINORS[-1])
        )
    ] == []


def test_a_field_that_the_definition_lacks_is_found() -> None:
    pool = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "default"},
        "spec": {
            "template": {
                "spec": {
                    "requirements": [],
                    "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "X", "name": "y"},
                    "taintz": [],
                }
            }
        },
    }
    (problem,) = object_problems(pool, definitions()["karpenter.sh/v1", "NodePool"])
    assert problem.startswith("spec.template.spec:")
    assert "'taintz' was unexpected" in problem


@pytest.mark.parametrize(
    ("weight", "found"), [(1, []), (0, ["spec.weight: 0 is less than the minimum of 1"])]
)
def test_a_value_that_the_definition_refuses_is_found(weight: int, found: list[str]) -> None:
    requirements = {
        "requirements": [],
        "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "X", "name": "y"},
    }
    pool = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "default"},
        "spec": {"weight": weight, "template": {"spec": requirements}},
    }
    assert object_problems(pool, definitions()["karpenter.sh/v1", "NodePool"]) == found
