"""What Karpenter's CRDs, their CEL rules or EC2 would refuse is refused at synth."""

from typing import Any

import pytest

from config.problem import Path, Problem
from support.environments import environment, problems

KARPENTER = ("platform", "karpenter")
POOL = (*KARPENTER, "node_pools", "default")
CLASS = (*KARPENTER, "node_classes", "default")


def of_pool(**settings: Any) -> list[Problem]:
    return problems(environment(platform={"karpenter": {"node_pools": {"default": settings}}}))


def of_class(**settings: Any) -> list[Problem]:
    return problems(environment(platform={"karpenter": {"node_classes": {"default": settings}}}))


def test_the_defaults_are_right() -> None:
    assert not problems(environment())


def requirement(key: str, operator: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"requirements": [{"key": key, "operator": operator, "values": list(values), **more}]}


CPU = "karpenter.k8s.aws/instance-cpu"


@pytest.mark.parametrize(
    ("settings", "path", "words"),
    [
        (requirement(CPU, "In"), ("requirements", 0, "values"), "is empty"),
        (requirement(CPU, "Exists", "1"), ("requirements", 0, "values"), "no effect"),
        (requirement(CPU, "Gt", "1", "2"), ("requirements", 0, "values"), "does not fit Gt"),
        (requirement(CPU, "Lte", "many"), ("requirements", 0, "values"), "does not fit Lte"),
        (requirement(CPU, "Lt"), ("requirements", 0, "values"), "does not fit Lt"),
        (
            requirement(CPU, "In", "4", min_values=2),
            ("requirements", 0, "min_values"),
            "more than the 1 values",
        ),
        (
            requirement("karpenter.k8s.aws/made-up", "Exists"),
            ("requirements", 0, "key"),
            "not a label of Karpenter",
        ),
        (
            requirement("karpenter.sh/nodepool", "Exists"),
            ("requirements", 0, "key"),
            "Karpenter sets",
        ),
        (
            requirement("kubernetes.io/hostname", "Exists"),
            ("requirements", 0, "key"),
            "Karpenter sets",
        ),
        (
            requirement("x.karpenter.sh/y", "Exists"),
            ("requirements", 0, "key"),
            "reserves",
        ),
        (
            requirement("kubernetes.io/arch", "In", "arm64"),
            ("requirements", 0, "key"),
            "architectures makes",
        ),
        ({"labels": {"karpenter.sh/x": "y"}}, ("labels", "karpenter.sh/x"), "reserves"),
        (
            {"labels": {"kubernetes.io/hostname": "y"}},
            ("labels", "kubernetes.io/hostname"),
            "Karpenter sets",
        ),
        ({"labels": {f"l{i}": "" for i in range(101)}}, ("labels",), "more entries"),
        (
            {"taints": [{"key": "a", "effect": "PreferNoSchedule"}] * 2},
            ("taints", 1),
            "second taint a",
        ),
        (
            {"budgets": [{"nodes": "1", "schedule": "@daily"}]},
            ("budgets", 0, "duration"),
            "is missing",
        ),
        (
            {"budgets": [{"nodes": "1", "duration": "1h"}]},
            ("budgets", 0, "schedule"),
            "is missing",
        ),
        ({"node_class": "other"}, ("node_class",), "not a configured node class"),
        ({"zones": ["f"]}, ("zones", 0), "availability_zones does not name"),
        ({"zones": ["a", "a"]}, ("zones", 1), "is a duplicate"),
        ({"capacity_types": ["reserved"]}, ("capacity_types",), "no capacity_reservations"),
        (
            {"instance_types": ["m7i.large"], "instance_sizes": ["large"]},
            ("instance_sizes",),
            "no effect beside instance_types",
        ),
    ],
)
def test_a_pool_that_karpenter_would_refuse(
    settings: dict[str, Any], path: Path, words: str
) -> None:
    [problem] = of_pool(**settings)
    assert problem.path == (*POOL, *path)
    assert words in problem.message


@pytest.mark.parametrize(
    ("settings", "path", "words"),
    [
        ({"ami_version": "v1.58.0"}, ("ami_version",), "no release of al2023"),
        (
            {"ami": "bottlerocket", "ami_version": "v20260801"},
            ("ami_version",),
            "no release of bottlerocket",
        ),
        ({"tags": {"aws:x": "y"}}, ("tags", "aws:x"), "AWS reserves"),
        ({"tags": {"eks:eks-cluster-name": "y"}}, ("tags", "eks:eks-cluster-name"), "sets itself"),
        (
            {"tags": {"kubernetes.io/cluster/prod": "owned"}},
            ("tags", "kubernetes.io/cluster/prod"),
            "sets itself",
        ),
        ({"capacity_reservations": [{}]}, ("capacity_reservations", 0), "either id or tags"),
        (
            {"capacity_reservations": [{"id": "cr-1", "tags": {"a": "b"}}]},
            ("capacity_reservations", 0),
            "either id or tags",
        ),
        (
            {"capacity_reservations": [{"tags": {"a": ""}}]},
            ("capacity_reservations", 0, "tags", "a"),
            "is empty",
        ),
    ],
)
def test_a_node_class_that_karpenter_would_refuse(
    settings: dict[str, Any], path: Path, words: str
) -> None:
    [problem] = of_class(**settings)
    assert problem.path == (*CLASS, *path)
    assert words in problem.message


def test_a_tag_of_the_environment_that_karpenter_would_refuse() -> None:
    [problem] = problems(environment(tags={"karpenter.sh/nodepool": "x"}))
    assert problem.path == ("tags", "karpenter.sh/nodepool")


def test_settings_without_karpenter_have_no_effect_and_say_so() -> None:
    settings = environment(
        cluster={"autoscaler": "none", "node_groups": {"apps": {}}},
        platform={"karpenter": {"version": "1.14.1"}},
    )
    [problem] = problems(settings)
    assert problem.path == (*KARPENTER, "version")


def test_the_controller_stays_where_its_role_expects_it() -> None:
    [problem] = problems(environment(platform={"karpenter": {"namespace": "karpenter"}}))
    assert problem.path == (*KARPENTER, "namespace")


def test_a_policy_that_an_older_version_does_not_know() -> None:
    pools = {"default": {"consolidation_policy": "Balanced"}}
    newest, older = (
        problems(environment(platform={"karpenter": {"node_pools": pools, "version": version}}))
        for version in ("1.14.1", "1.13.0")
    )
    assert not newest
    [problem] = older
    assert problem.path == (*POOL, "consolidation_policy")


def test_reserved_capacity_with_reservations_is_right() -> None:
    karpenter = {
        "node_pools": {"default": {"capacity_types": ["reserved", "on-demand"]}},
        "node_classes": {"default": {"capacity_reservations": [{"id": "cr-1"}]}},
    }
    assert not problems(environment(platform={"karpenter": karpenter}))


def test_requirements_of_every_operator_are_accepted() -> None:
    assert not of_pool(
        requirements=[
            {"key": CPU, "operator": "Gte", "values": ["0"]},
            {"key": "karpenter.k8s.aws/instance-gpu-name", "operator": "DoesNotExist"},
            {"key": "example.com/team", "operator": "In", "values": ["a", "b"], "min_values": 2},
        ]
    )
