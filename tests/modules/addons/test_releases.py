"""Charts of one's own are installed like add-ons (L5)."""

import json
from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Any

import pytest

from config.environment import Environment
from modules.addons.catalog import namespaces, platform_releases
from modules.helm.archives import MissingArchivesError, archives
from modules.helm.network_policies import network_policies
from runner.reach.evaluator import Pod, Reachability
from support.environments import environment, example, problems, warned
from support.output import Output, Stack, synthesized_output

CHART = {"repository": "https://charts.example.com/stable", "version": "1.2.3"}
READ = {"Read": {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::orders/*"]}}
OBJECT = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "one"}}


def with_releases(releases: dict[str, Any], **platform: Any) -> Environment:
    cluster = platform.pop("cluster", {})
    return environment(platform={"releases": releases, **platform}, cluster=cluster)


def requirements(found: Environment) -> dict[str, set[str]]:
    """What each release waits for, directly."""
    return {each.name: set(each.requires) for each in platform_releases(found)}


def of_example(output: Output) -> Stack:
    return output.stack("queue-workers-platform")


def test_a_chart_comes_from_its_repository_with_its_version_and_values(output: Output) -> None:
    release = of_example(output).resources("helm_release")["release_keda"]
    assert release["name"] == release["chart"] == release["namespace"] == "keda"
    assert release["repository"] == "https://kedacore.github.io/charts"
    assert release["version"] == "2.21.0"
    assert release["atomic"] is release["wait"] is True
    assert json.loads(release["values"][0])["operator"] == {"replicaCount": 2}


def test_its_namespace_refuses_pods_with_more_privileges_than_it_says(output: Output) -> None:
    namespace = of_example(output).resources("kubernetes_namespace_v1")["namespace_keda"]
    labels = namespace["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    releases = {
        "one": {**CHART, "namespace": "tools", "pod_security": "baseline"},
        "two": {**CHART, "namespace": "tools"},
    }
    assert namespaces(with_releases(releases))["tools"] == "baseline"


def test_it_starts_after_its_role_namespace_and_policies_and_its_objects_follow(
    output: Output,
) -> None:
    releases = of_example(output).resources("helm_release")
    before = set(releases["release_keda"]["depends_on"])
    role = "release_keda__keda_operator_role"
    assert {
        f"aws_eks_pod_identity_association.{role}_association",
        "kubernetes_namespace_v1.namespace_keda",
        "helm_release.network_policies",
        "helm_release.aws_load_balancer_controller",
        "helm_release.karpenter_resources",
        "helm_release.prometheus_operator_crds",
    } <= before
    objects = releases["release_keda_resources"]
    assert "helm_release.release_keda" in objects["depends_on"]
    assert [each["kind"] for each in json.loads(objects["values"][0])["resources"]] == [
        "ClusterTriggerAuthentication"
    ]
    assert "helm_release.release_keda" in releases["argo_cd_resources"]["depends_on"]
    assert "helm_release.release_keda_resources" in releases["argo_cd_resources"]["depends_on"]


def test_one_service_account_of_it_has_the_permissions(output: Output) -> None:
    stack, role = of_example(output), "release_keda__keda_operator_role"
    association = stack.resources("aws_eks_pod_identity_association")[f"{role}_association"]
    assert (association["namespace"], association["service_account"]) == ("keda", "keda-operator")
    policy = json.loads(stack.resources("aws_iam_policy")[f"{role}_permissions"]["policy"])
    assert [each["Action"] for each in policy["Statement"]] == ["sqs:GetQueueAttributes"]


def test_with_irsa_the_role_is_in_the_chart_s_annotations() -> None:
    role = {"statements": READ, "annotations": "operator.serviceAccount.annotations"}
    found = with_releases({"keda": {**CHART, "roles": {"op": role}}}, cluster={"identity": "irsa"})
    assert problems(found) == []
    [release] = [each for each in platform_releases(found) if each.name == "keda"]
    annotations = release.values["operator"]["serviceAccount"]["annotations"]
    assert list(annotations) == ["eks.amazonaws.com/role-arn"]


def test_needs_are_installed_before_and_removed_after_with_what_belongs_to_them() -> None:
    found = with_releases(
        {
            "one": {**CHART, "needs": ["two", "cert-manager"]},
            "two": {**CHART, "objects": [OBJECT]},
            "off": {**CHART, "enabled": False},
        }
    )
    assert problems(found) == []
    needs = requirements(found)
    assert {"two", "two-resources", "cert-manager", "cert-manager-resources"} <= needs["one"]
    assert "off" not in needs


def test_a_release_that_needs_argo_cd_makes_no_circle_with_its_applications(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Applications wait for the namespaces of teams, and these for all releases."""
    teams = {"shop": {"namespaces": {"shop": {}}}}
    releases = {"image-updater": {**CHART, "needs": ["argo-cd"]}}
    found = environment(platform={"releases": releases}, teams=teams)
    output = synthesized_output(tmp_path_factory.mktemp("circle"), found)
    bodies = output.stack("test-platform").by_address()
    TopologicalSorter({name: _references(body, bodies) for name, body in bodies.items()}).prepare()
    needed = bodies["helm_release.release_image_updater"]["depends_on"]
    assert "helm_release.argo_cd" in needed


def _references(body: Mapping[str, Any], addresses: Mapping[str, Any]) -> set[str]:
    text = json.dumps(body)
    named = {each for each in addresses if f"${{{each}." in text}
    return named | set(body.get("depends_on", ()))


def test_objects_alone_are_a_release() -> None:
    found = with_releases({"quotas": {"objects": [OBJECT]}})
    assert problems(found) == []
    [release] = [each for each in platform_releases(found) if each.name == "quotas"]
    assert release.repository is None
    assert release.values == {"resources": [OBJECT]}


def test_a_mirror_and_a_folder_have_its_chart_as_they_have_those_of_add_ons() -> None:
    mirror = "oci://registry.example/charts"
    found = with_releases({"keda": CHART}, charts={"mirror": mirror})
    [release] = [each for each in platform_releases(found) if each.name == "keda"]
    assert (release.repository, release.version) == (mirror, "1.2.3")

    found = with_releases({"keda": CHART}, charts={"folder": "environments/none"})
    with pytest.raises(MissingArchivesError, match=r"keda-1\.2\.3\.tgz"):
        archives(found, platform_releases(found))


def test_names_that_are_those_of_other_resources_do_no_harm(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Construct ids are unique in a stack, and users choose the names."""
    names = ("helm", "kubernetes", "existing", "outputs", "namespace-argocd", "network-policies")
    releases = {name: {**CHART, "namespace": f"{name}-own"} for name in names}
    found = with_releases(releases)
    assert problems(found) == []
    output = synthesized_output(tmp_path_factory.mktemp("names"), found)
    made = output.stack("test-platform").resources("helm_release").values()
    assert set(names) <= {each["name"] for each in made}


def test_its_pods_reach_and_are_reached_by_what_it_says_and_nothing_else() -> None:
    found = example("queue-workers")
    made = network_policies(found, platform_releases(found))
    labels = {name: {"kubernetes.io/metadata.name": name} for name in (*made, "shop")}
    policies = [each for policies in made.values() for each in policies]
    reachability = Reachability(policies, labels)
    keda = Pod("keda", {"app": "keda-operator"}, found.network.cidr[20000])
    other = Pod("keda", {"app": "keda-operator-metrics-apiserver"}, found.network.cidr[20001])
    prometheus = Pod(
        "monitoring", {"app.kubernetes.io/name": "prometheus"}, found.network.cidr[20002]
    )
    team = Pod("shop", {}, found.network.cidr[20003])
    ports = {80, 443, 6443, 8080, 9443, 9666}
    assert reachability.ports(other, keda, ports) == ports
    assert reachability.ports(prometheus, keda, ports) == {8080}
    assert reachability.ports(team, keda, ports) == set()
    assert reachability.ports(keda, found.cluster.service_cidr[1], ports) == {443}


def test_pods_without_traffic_and_roles_without_a_way_to_aws_are_warned_of() -> None:
    role = {"agent": {"statements": READ}}
    releases = {
        "silent": CHART,
        "cut-off": {**CHART, "roles": role, "traffic": {"pods": {"kubernetes_api": True}}},
        "right": {**CHART, "namespace": "other", "roles": role, "traffic": {"pods": {"aws": True}}},
    }
    found = warned(platform={"releases": releases})
    of_releases = {path[2]: path[3] for path in found if path[:2] == ("platform", "releases")}
    assert of_releases == {"silent": "traffic", "cut-off": "traffic"}


def test_a_repository_that_ends_with_the_chart_is_warned_of() -> None:
    release = {"repository": "oci://registry.example/charts/keda", "version": "1.2.3"}
    found = warned(platform={"releases": {"keda": {**release, "traffic": {"pods": {}}}}})
    assert ("platform", "releases", "keda", "repository") in found
