"""The order of add-ons by requirements, and problems of requirements."""

from dataclasses import replace
from graphlib import CycleError
from typing import Any

import pytest

from modules.addons.catalog import all_addons, rendered
from modules.helm.contract import Addon
from modules.helm.graph import graph_problems, sort_by_dependencies
from modules.helm.manifests import manifest
from modules.helm.releases import plan_releases
from support.environments import environment, problems
from support.platform import Releases


def addon(name: str, *requires: str, **fields: Any) -> Addon:
    basis = Addon(
        name=name,
        chart="cert-manager",
        namespace="kube-system",
        summary="For tests.",
        values=lambda _: {},
        setting="cert_manager",
        requires=requires,
    )
    return replace(basis, **fields)


def test_add_ons_are_sorted_by_requirements_then_by_name() -> None:
    addons = [addon("d"), addon("a", "c"), addon("c", "d"), addon("b")]
    assert [one.name for one in sort_by_dependencies(addons)] == ["b", "d", "c", "a"]


def test_the_order_does_not_depend_on_the_catalog() -> None:
    assert sort_by_dependencies(all_addons()) == sort_by_dependencies(all_addons()[::-1])


def test_dependents_wait_for_custom_resources_too() -> None:
    objects = [manifest("a/v1", "B", "b", {})]
    first = addon("first", prerequisites=lambda _: objects, resources=lambda _: objects)
    made = Releases(environment(), [addon("second", "first"), first])
    assert made.release("second")["depends_on"] == [
        "helm_release.first_prerequisites",
        "helm_release.first",
        "helm_release.first_resources",
    ]
    assert made.before("first") == {"helm_release.first_prerequisites"}
    assert "helm_release.first" in made.before("first-resources")


def test_a_cycle_is_refused_with_all_its_members() -> None:
    circle = [addon("a", "b"), addon("b", "c"), addon("c", "a")]
    [problem] = graph_problems(environment(), circle, lambda: circle)
    assert problem.path == ("platform", "cert_manager")
    assert all(name in problem.message for name in "abc")
    with pytest.raises(CycleError):
        plan_releases(environment(), circle)


def test_an_unknown_requirement_is_refused() -> None:
    addons = [addon("a", "missing")]
    [problem] = graph_problems(environment(), addons, lambda: addons)
    assert problem.path == ("platform", "cert_manager")
    assert "requires missing" in problem.message


def test_a_disabled_requirement_is_refused_at_its_setting() -> None:
    found = problems(environment(platform={"cert_manager": {"enabled": False}}))
    missing = [problem for problem in found if problem.path[-1] == "enabled"]
    assert {problem.path for problem in missing} == {("platform", "cert_manager", "enabled")}
    [message] = [each.message for each in missing]
    assert message.startswith("must not be false: nginx-ingress")
    assert message.endswith("require cert-manager")


def test_a_requirement_that_does_not_apply_is_no_problem() -> None:
    cluster = {"autoscaler": "none", "node_groups": {"apps": {}}}
    settings = environment(cluster=cluster)
    assert not problems(settings)
    assert not any(name.startswith("karpenter") for name in rendered(settings))


def test_an_add_on_that_nothing_requires_can_be_disabled() -> None:
    settings = environment(platform={"ingress": {"enabled": False}})
    assert not problems(settings)
    assert "nginx-ingress" not in rendered(settings)


def test_the_catalog_has_no_problems() -> None:
    names = [one.name for one in all_addons()]
    assert len(set(names)) == len(names)
    assert {required for one in all_addons() for required in one.requires} <= set(names)


def test_releases_with_services_or_bindings_wait_for_the_load_balancer_controller() -> None:
    made = Releases(environment())
    assert not made.values("aws-load-balancer-controller")["enableServiceMutatorWebhook"]
    for name in ("nginx-ingress-prerequisites", "nginx-ingress", "nginx-ingress-resources"):
        assert "helm_release.aws_load_balancer_controller" in made.before(name)


def test_crds_precede_their_custom_resources() -> None:
    made = Releases(environment())
    assert "helm_release.karpenter_crd" in made.before("karpenter")
    assert "helm_release.karpenter" in made.before("karpenter-resources")
    assert "helm_release.cert_manager" in made.before("cert-manager-resources")
    assert "helm_release.cert_manager_resources" in made.before("nginx-ingress-prerequisites")


def test_pods_of_the_platform_depend_on_the_node_pools() -> None:
    assert "helm_release.karpenter_resources" in Releases(environment()).before("nginx-ingress")
