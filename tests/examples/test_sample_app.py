"""The sample application (E4, E5): it works in a namespace of the platform, and well."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from config import versions
from config.addons.ingress import INTERNAL_ISSUER
from config.sections.teams import TeamNamespace
from config.types.quantity import quantity
from support.containers import container_problems, containers
from support.environments import environment
from support.json_schemas import object_problems
from support.kubernetes_objects import manifests, problems
from tools.standins.chart_files import ChartsMissingError, charts_folder

FOLDER = Path(__file__).parents[2] / "examples/gitops-repositories/shop/apps/sample-app"
OBJECTS: dict[str, dict[str, Any]] = {
    document["kind"]: document for _, document in manifests(FOLDER)
}
POD: dict[str, Any] = OBJECTS["Deployment"]["spec"]["template"]
[CONTAINER] = POD["spec"]["containers"]
LABELS = POD["metadata"]["labels"]
BUILT_IN = sorted(set(OBJECTS) - {"VerticalPodAutoscaler"})


def test_it_has_all_that_an_application_needs() -> None:
    assert set(OBJECTS) == {
        "ServiceAccount",
        "Deployment",
        "Service",
        "Ingress",
        "HorizontalPodAutoscaler",
        "VerticalPodAutoscaler",
        "PodDisruptionBudget",
    }


@pytest.mark.parametrize("minor", versions.minors())
@pytest.mark.parametrize("kind", BUILT_IN)
def test_kubernetes_accepts_it(kind: str, minor: str) -> None:
    assert problems(OBJECTS[kind], minor) == []


def test_the_vertical_autoscaler_accepts_it() -> None:
    try:
        folder = charts_folder()
    except ChartsMissingError as missing:
        pytest.skip(str(missing))
    version = versions.table().charts["vertical-pod-autoscaler"].version
    [file] = (folder / "vertical-pod-autoscaler" / version / "crds").glob("*.yaml")
    definitions = list(yaml.safe_load_all(file.read_text()))
    definition = next(
        each for each in definitions if each["spec"]["names"]["kind"] == "VerticalPodAutoscaler"
    )
    assert list(object_problems(OBJECTS["VerticalPodAutoscaler"], definition)) == []


def test_its_containers_request_resources_and_no_privileges() -> None:
    found = [
        problem
        for document in OBJECTS.values()
        for container, pod in containers(document)
        for problem in container_problems(container, pod)
    ]
    assert found == []


def test_every_object_is_about_the_same_pods() -> None:
    spec = {kind: document["spec"] for kind, document in OBJECTS.items() if "spec" in document}
    assert spec["Deployment"]["selector"]["matchLabels"] == LABELS
    assert spec["Service"]["selector"] == LABELS
    assert spec["PodDisruptionBudget"]["selector"]["matchLabels"] == LABELS
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "sample-app"}
    assert spec["HorizontalPodAutoscaler"]["scaleTargetRef"] == deployment
    assert spec["VerticalPodAutoscaler"]["targetRef"] == deployment
    [constraint, _] = POD["spec"]["topologySpreadConstraints"]
    assert constraint["labelSelector"]["matchLabels"] == LABELS


def test_the_two_autoscalers_use_different_metrics() -> None:
    [metric] = OBJECTS["HorizontalPodAutoscaler"]["spec"]["metrics"]
    [policy] = OBJECTS["VerticalPodAutoscaler"]["spec"]["resourcePolicy"]["containerPolicies"]
    assert metric["resource"]["name"] == "cpu"
    assert policy["controlledResources"] == ["memory"]
    assert policy["containerName"] == CONTAINER["name"]


def test_argo_cd_does_not_revert_the_autoscalers_replicas() -> None:
    assert "replicas" not in OBJECTS["Deployment"]["spec"]


def test_pods_are_evicted_one_by_one_after_their_deregistration() -> None:
    spec, budget = POD["spec"], OBJECTS["PodDisruptionBudget"]["spec"]
    assert OBJECTS["HorizontalPodAutoscaler"]["spec"]["minReplicas"] > budget["maxUnavailable"]
    wait = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert spec["terminationGracePeriodSeconds"] > wait


def test_the_ingress_uses_the_platforms_class_and_issuer() -> None:
    made = environment()
    spec = OBJECTS["Ingress"]["spec"]
    assert spec["ingressClassName"] == made.platform.ingress.class_name
    annotations = OBJECTS["Ingress"]["metadata"]["annotations"]
    assert annotations["cert-manager.io/cluster-issuer"] == INTERNAL_ISSUER


def test_it_fits_into_a_teams_namespace() -> None:
    """Ten pods at the most that the VPA allows, within the default quota."""
    quota = TeamNamespace().quota
    pods = OBJECTS["HorizontalPodAutoscaler"]["spec"]["maxReplicas"]
    [policy] = OBJECTS["VerticalPodAutoscaler"]["spec"]["resourcePolicy"]["containerPolicies"]
    memory = quantity(policy["maxAllowed"]["memory"])
    assert pods <= quota.pods
    assert pods * memory <= quantity(quota.memory_requests)
    assert pods * quantity(CONTAINER["resources"]["requests"]["cpu"]) <= quantity(
        quota.cpu_requests
    )
