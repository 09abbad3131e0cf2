"""Objects of kinds built into Kubernetes are what each supported minor allows."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from rules.load import EXAMPLES, load
from support.addon_environments import MINORS, VARIANTS, releases
from support.containers import container_problems, containers
from support.kubernetes_objects import manifests, problems
from support.output import Output
from tools.standins.chart_files import definitions
from tools.standins.kubernetes_objects import KINDS, converted

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "examples"
ENVIRONMENTS = sorted(environment.name for environment in load([EXAMPLES]))

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "securityContext": {
                    "runAsNonRoot": True,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [
                    {
                        "name": "web",
                        "image": "registry.example.com/web:1",
                        "resources": {
                            "requests": {"cpu": "10m", "memory": "32Mi"},
                            "limits": {"cpu": "100m", "memory": "32Mi"},
                        },
                        "securityContext": {
                            "readOnlyRootFilesystem": True,
                            "allowPrivilegeEscalation": False,
                            "capabilities": {"drop": ["ALL"]},
                        },
                    }
                ],
            },
        },
    },
}


def _is_built_in(manifest: dict[str, Any]) -> bool:
    """Whether its kind is of a group of Kubernetes."""
    group = manifest["apiVersion"].rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def _typed(output: Output, environment: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for type_, _, body in output.stack(f"{environment}-platform"):
        if type_.startswith("kubernetes_"):
            yield type_, body


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_objects_of_the_kubernetes_provider_are_of_known_types(
    output: Output, environment: str
) -> None:
    assert {type_ for type_, _ in _typed(output, environment)} - set(KINDS) == set()


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_objects_of_the_kubernetes_provider_pass_kubernetes_schemas(
    output: Output, environment: str, minor: str
) -> None:
    assert [
        problem
        for type_, body in _typed(output, environment)
        for problem in problems(converted(type_, body), minor)
    ] == []


@pytest.mark.parametrize("minor", MINORS)
def test_built_in_kinds_in_examples_pass_kubernetes_schemas(charts: Path, minor: str) -> None:
    assert charts
    assert [
        f"{file.relative_to(PROJECT)}: {problem}"
        for file, manifest in manifests(FOLDER)
        if (manifest["apiVersion"], manifest["kind"]) not in definitions()
        if _is_built_in(manifest)
        for problem in problems(manifest, minor)
    ] == []


def test_containers_of_examples_have_limits_and_no_privilege() -> None:
    assert [
        f"{file.relative_to(PROJECT)}: {problem}"
        for file, manifest in manifests(FOLDER)
        for container, pod in containers(manifest)
        for problem in container_problems(container, pod)
    ] == []


@pytest.mark.parametrize("name", VARIANTS)
def test_containers_of_our_own_chart_have_limits_and_no_privilege(name: str) -> None:
    """Pod templates inside custom resources are pods of add-ons, which have no limit of CPU."""
    assert [
        f"{release.name}: {problem}"
        for release in releases(name, MINORS[-1]).values()
        for manifest in release.manifests
        for container, pod in containers(manifest)
        for problem in container_problems(container, pod, cpu_limit=False)
    ] == []


@pytest.mark.parametrize("minor", MINORS)
def test_a_good_object_passes(minor: str) -> None:
    assert problems(DEPLOYMENT, minor) == []
    ((container, pod),) = containers(DEPLOYMENT)
    assert container_problems(container, pod) == []


@pytest.mark.parametrize("minor", MINORS)
def test_a_misspelt_field_is_found(minor: str) -> None:
    wrong = deepcopy(DEPLOYMENT)
    wrong["spec"]["template"]["spec"]["nodeSelecter"] = {}
    (problem,) = problems(wrong, minor)
    assert "'nodeSelecter' was unexpected" in problem


def test_a_kind_that_the_minor_does_not_have_is_found() -> None:
    removed = {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {}}
    assert problems(removed, "1.35") == ["PodSecurityPolicy None: Kubernetes 1.35 has no such kind"]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("resources", {}, "web: lacks requests.cpu"),
        ("resources", {}, "web: lacks requests.memory"),
        ("resources", {"limits": {"memory": "1Mi"}}, "web: lacks limits.cpu"),
        ("resources", {"limits": {"cpu": "1"}}, "web: lacks limits.memory"),
        ("securityContext", {}, "web: lacks readOnlyRootFilesystem: true"),
        ("securityContext", {"privileged": True}, "web: has privileged"),
        ("securityContext", {"capabilities": {"add": ["NET_ADMIN"]}}, "web: has capabilities.add"),
    ],
)
def test_what_a_container_lacks_is_found(path: str, value: Any, problem: str) -> None:
    wrong = deepcopy(DEPLOYMENT)
    ((container, pod),) = containers(wrong)
    assert problem in container_problems({**container, path: value}, pod)


def test_a_resource_of_the_provider_becomes_the_object_that_it_makes() -> None:
    body = {
        "metadata": {"name": "deny", "labels": {"pod_security": "x"}},
        "spec": {
            "pod_selector": {},
            "policy_types": ["Ingress", "Egress"],
            "egress": [
                {
                    "ports": [{"port": "53", "protocol": "UDP"}],
                    "to": [{"ip_block": {"cidr": "10.0.0.0/8"}}],
                }
            ],
        },
        "depends_on": ["x"],
    }
    policy = converted("kubernetes_network_policy_v1", body)
    assert policy["metadata"]["labels"] == {"pod_security": "x"}
    assert policy["spec"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.0.0.0/8"}}]
    assert problems(policy, "1.35") == []
    body["spec"]["egress"][0]["tos"] = []
    assert problems(converted("kubernetes_network_policy_v1", body), "1.35") != []
