"""The sample application (E4, E5) is deployed by Argo CD (G4), from the example's repositories.

A chart in them gets the facts of the cluster that it is deployed to (L12).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.environment import Environment
from config.sections.teams import Quota
from config.types.quantity import quantity
from modules.addons.catalog import rendered
from modules.helm.contract import Manifest
from support.documented_kinds import undocumented
from support.environments import example, problems
from support.kubernetes_objects import problems as refused
from support.members import permitted
from support.pod_security import pod_spec, violations

FOLDER = Path(__file__).parents[2] / "examples" / "gitops-repositories"
WORKLOADS = {"HorizontalPodAutoscaler", "VerticalPodAutoscaler", "PodDisruptionBudget"}
CLUSTER_SCOPED = {"Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"}


@cache
def environment() -> Environment:
    return example("gitops")


@cache
def argo_cd() -> dict[tuple[str, str], Manifest]:
    """Argo CD's objects that the platform makes, by kind and name."""
    made = rendered(environment())["argo-cd-resources"].manifests
    return {(each["kind"], each["metadata"]["name"]): each for each in made}


@dataclass(frozen=True)
class Deployed:
    """An Application, and what is in its folder."""

    name: str
    spec: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        """The folder beside the example."""
        source = self.spec["source"]
        return repository(source["repoURL"]) / source["path"]

    @property
    def namespace(self) -> str:
        """The namespace of its objects."""
        return self.spec["destination"]["namespace"]

    @property
    def project(self) -> Mapping[str, Any]:
        """The spec of its project."""
        return argo_cd()["AppProject", self.spec["project"]]["spec"]

    def objects(self) -> Iterator[Manifest]:
        """The objects that Argo CD deploys.

        https://argo-cd.readthedocs.io/en/stable/user-guide/directory/
        """
        options = self.spec["source"].get("directory", {})
        names = "**/*.yaml" if options.get("recurse") else "*.yaml"
        for file in sorted(self.folder.glob(names)):
            if not fnmatchcase(file.name, options.get("exclude", "")):
                yield from yaml.safe_load_all(file.read_text())


def repository(url: str) -> Path:
    """The folder with what a repository contains."""
    return FOLDER / url.rpartition("/")[2].removesuffix(".git")


def root() -> Deployed:
    return Deployed("root", argo_cd()["Application", "root"]["spec"])


def applications() -> dict[str, Deployed]:
    """The Applications of teams: of the root application, and of the ApplicationSets."""
    made = [
        Deployed(each["metadata"]["name"], each["spec"])
        for each in root().objects()
        if each["kind"] == "Application"
    ]
    for (kind, _), found in argo_cd().items():
        if kind == "ApplicationSet":
            made += _generated(found["spec"])
    assert len({each.name for each in made}) == len(made)
    return {each.name: each for each in made}


def _generated(spec: Mapping[str, Any]) -> Iterator[Deployed]:
    [generator] = spec["generators"]
    [directory] = generator["git"]["directories"]
    top = repository(generator["git"]["repoURL"])
    template = spec["template"]
    for folder in sorted(top.glob(directory["path"])):
        name = template["metadata"]["name"].replace("{{ .path.basenameNormalized }}", folder.name)
        source = {**template["spec"]["source"], "path": str(folder.relative_to(top))}
        yield Deployed(name, {**template["spec"], "source": source})


each_application = pytest.mark.parametrize("name", applications())


def test_the_sample_application_is_deployed_with_hpa_and_vpa_to_both_namespaces() -> None:
    assert {name: each.namespace for name, each in applications().items()} == {
        "shop-sample-app": "shop",
        "shop-test-sample-app": "shop-test",
    }
    for each in applications().values():
        assert {found["kind"] for found in each.objects()} >= WORKLOADS


def test_the_root_application_finds_applications_only() -> None:
    allowed = {
        (each["group"], each["kind"]) for each in root().project["namespaceResourceWhitelist"]
    }
    found = list(root().objects())
    assert found
    for each in found:
        assert (each["apiVersion"].rpartition("/")[0], each["kind"]) in allowed
        assert each["metadata"]["namespace"] == root().namespace
        assert undocumented(each) == []
        # So that deleting it deletes what it has deployed.
        application = each if each["kind"] == "Application" else each["spec"]["template"]
        finalizers = application["metadata"]["finalizers"]
        assert finalizers == ["resources-finalizer.argocd.argoproj.io"]


@each_application
def test_its_project_allows_its_repository_and_its_namespace(name: str) -> None:
    found = applications()[name]
    assert found.spec["project"] in environment().teams
    assert found.spec["source"]["repoURL"] in found.project["sourceRepos"]
    assert found.spec["destination"] in found.project["destinations"]
    assert found.folder.is_dir()


@each_application
def test_its_project_allows_its_objects(name: str) -> None:
    found = applications()[name]
    for each in found.objects():
        assert each["kind"] not in CLUSTER_SCOPED
        assert each["metadata"].get("namespace", found.namespace) == found.namespace
        placed = {**each, "metadata": {"namespace": found.namespace}}
        assert permitted({"spec": found.project}, placed), each["kind"]


@each_application
def test_kubernetes_and_its_namespace_accept_its_objects(name: str) -> None:
    found = applications()[name]
    made = environment()
    level = made.teams[found.spec["project"]].namespaces[found.namespace].pod_security
    for each in found.objects():
        if each["kind"] != "VerticalPodAutoscaler":
            assert refused(each, made.cluster.version) == []
        pod = pod_spec(each)
        assert pod is None or list(violations(pod, level)) == []


def test_what_is_in_a_namespace_fits_its_quota_with_all_pods_of_the_autoscalers() -> None:
    for name, team in environment().teams.items():
        for namespace, settings in team.namespaces.items():
            found = [
                each
                for each in applications().values()
                if (each.spec["project"], each.namespace) == (name, namespace)
            ]
            assert found
            assert list(_beyond(found, settings.quota)) == []


def _beyond(found: list[Deployed], quota: Quota) -> Iterator[str]:
    used: dict[str, Any] = dict.fromkeys(("pods", "cpu_requests", "memory_requests"), 0)
    used["memory_limits"] = 0
    for application in found:
        by_kind = {each["kind"]: each for each in application.objects()}
        pods = by_kind["HorizontalPodAutoscaler"]["spec"]["maxReplicas"]
        policies = by_kind["VerticalPodAutoscaler"]["spec"]["resourcePolicy"]["containerPolicies"]
        [most] = [quantity(each["maxAllowed"]["memory"]) for each in policies]
        [container] = by_kind["Deployment"]["spec"]["template"]["spec"]["containers"]
        requests, limits = container["resources"]["requests"], container["resources"]["limits"]
        used["pods"] += pods
        used["cpu_requests"] += pods * quantity(requests["cpu"])
        used["memory_requests"] += pods * most
        # The VPA keeps the ratio of limit and request.
        ratio = quantity(limits["memory"]) / quantity(requests["memory"])
        used["memory_limits"] += pods * most * ratio
    for key, amount in used.items():
        if amount > quantity(str(getattr(quota, key))):
            yield f"{key}: {amount}"


def filled(text: str, cluster: Mapping[str, Any]) -> str:
    """A template of an ApplicationSet with the metadata of a cluster; a missing key is an error."""
    annotations = cluster["annotations"]
    text = re.sub(
        r"{{ \.metadata\.annotations\.(\w+) }}", lambda found: annotations[found[1]], text
    )
    text = re.sub(
        r'{{ index \.metadata\.annotations "([^"]+)" }}', lambda found: annotations[found[1]], text
    )
    return re.sub(r"{{ \.name(Normalized)? }}", "in-cluster", text)


def test_an_application_set_gives_the_facts_of_the_cluster_to_a_chart_in_git() -> None:
    clusters = rendered(environment())["argo-cd"].values["configs"]["clusterCredentials"]
    [found] = [each for each in root().objects() if each["kind"] == "ApplicationSet"]
    [generator] = found["spec"]["generators"]
    selected = generator["clusters"]["selector"]["matchLabels"].items()
    assert selected <= clusters["in-cluster"]["labels"].items()

    spec = found["spec"]["template"]["spec"]
    made = Deployed(
        found["metadata"]["name"],
        yaml.safe_load(filled(yaml.safe_dump(spec, width=1000), clusters["in-cluster"])),
    )
    assert "{{" not in str(made.spec)
    assert made.spec["source"]["repoURL"] in made.project["sourceRepos"]
    assert made.spec["destination"] in made.project["destinations"]
    given = made.spec["source"]["helm"]["valuesObject"]
    assert given["region"] == environment().region
    assert given["ordersRole"] == "arn:aws:iam::123456789012:role/gitops.shop.orders"
    template = (made.folder / "templates" / "configmap.yaml").read_text()
    assert set(re.findall(r"\.Values\.(\w+)", template)) == set(given)
    assert yaml.safe_load((made.folder / "Chart.yaml").read_text())["apiVersion"] == "v2"


def test_the_environment_has_what_the_autoscalers_and_the_route_need() -> None:
    made = environment()
    assert problems(made) == []
    assert {"vertical-pod-autoscaler", "argo-cd"} <= set(rendered(made))
    assert made.cluster.addon("metrics-server").enabled
    [ingress] = [
        each
        for found in applications().values()
        for each in found.objects()
        if each["kind"] == "Ingress"
    ]
    assert ingress["spec"]["ingressClassName"] == made.platform.ingress.class_name
    hosts = {rule["host"] for rule in ingress["spec"]["rules"]}
    assert hosts == {host for tls in ingress["spec"]["tls"] for host in tls["hosts"]}
    for host in hosts:
        assert f"*.{host.partition('.')[2]}" in made.edge.domain_names


def test_people_log_in_with_single_sign_on_only() -> None:
    settings = environment().platform.argo_cd
    assert settings.connectors
    assert not settings.admin_enabled
