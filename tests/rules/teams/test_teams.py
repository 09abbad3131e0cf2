"""Settings of teams that would not work, refused before any of it."""

import re
from pathlib import Path as FilePath

import pytest
import yaml

from config.types.quantity import quantity
from support.environments import refused, warned
from support.platform_stack import GIT, TEAM

ROOT = FilePath(__file__).parents[3]


def test_what_argo_cd_is_to_deploy_needs_argo_cd() -> None:
    teams = {"shop": {**TEAM, "applications": {"repository": GIT}}}
    wrong = refused(teams=teams, platform={"argo_cd": {"enabled": False}})
    assert list(wrong) == [("teams", "shop", "applications")]


@pytest.mark.parametrize(("key", "value"), [("namespace", "other"), ("cluster", "other")])
def test_applications_have_an_existing_destination(key: str, value: str) -> None:
    teams = {"shop": {**TEAM, "applications": {"repository": GIT, key: value}}}
    assert list(refused(teams=teams)) == [("teams", "shop", "applications", key)]


@pytest.mark.parametrize("name", ["platform", "default"])
def test_a_team_does_not_have_the_name_of_a_built_in_project(name: str) -> None:
    assert list(refused(teams={name: TEAM})) == [("teams", name)]


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("kube-system", "belongs to Kubernetes"),
        ("kube-tools", "belongs to Kubernetes"),
        ("default", "belongs to Kubernetes"),
        ("argocd", "belongs to add-on argo-cd"),
        ("cert-manager", "belongs to add-on cert-manager"),
    ],
)
def test_a_namespace_of_the_platform_is_not_a_teams(name: str, owner: str) -> None:
    wrong = refused(teams={"shop": {"namespaces": {name: {}}}})
    assert wrong == {("teams", "shop", "namespaces", name): owner}


def test_two_teams_share_no_namespace() -> None:
    wrong = refused(teams={"shop": TEAM, "bank": TEAM})
    assert wrong == {("teams", "bank", "namespaces", "shop"): "belongs to team shop"}


@pytest.mark.parametrize(
    ("defaults", "key"),
    [
        ({"memory_request": "1Gi"}, "memory_request"),
        ({"max_memory": "200Mi"}, "memory_limit"),
        ({"cpu_request": "2", "max_cpu": "1500m"}, "cpu_request"),
    ],
)
def test_defaults_stay_within_their_limits(defaults: dict[str, str], key: str) -> None:
    teams = {"shop": {"namespaces": {"shop": {"container_defaults": defaults}}}}
    path = ("teams", "shop", "namespaces", "shop", "container_defaults", key)
    assert list(refused(teams=teams)) == [path]


@pytest.mark.parametrize(
    ("less", "more"),
    [("100m", "1"), ("999M", "1Gi"), ("1G", "1Gi"), ("1023Mi", "1Gi"), ("0.5", "600m")],
)
def test_quantities_are_ordered_as_kubernetes_orders_them(less: str, more: str) -> None:
    assert quantity(less) < quantity(more)


@pytest.mark.parametrize(
    "file", ["docs/gitops.md", "examples/gitops-repositories/shop/apps/sample-app/README.md"]
)
def test_the_settings_in_the_docs_are_right(file: str) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", (ROOT / file).read_text(), re.DOTALL)
    assert examples
    for example in examples:
        assert refused(**yaml.safe_load(example)) == {}


def test_namespaces_that_nothing_in_the_file_makes_are_warned_of() -> None:
    traffic = {"from_namespaces": ["pay", "front"], "to_namespaces": ["pya"]}
    teams = {
        "shop": {"namespaces": {"shop": {"traffic": traffic}}, "hosts": []},
        "pay": {"namespaces": {"pay": {}}, "hosts": []},
    }
    platform = {
        "velero": {"enabled": True, "schedules": {"daily": {"namespaces": ["shop", "web"]}}},
        "kyverno": {"enabled": True, "excluded_namespaces": ["kube-system", "web"]},
        "fluent_bit": {"exclude_namespaces": ["web"]},
    }
    at_shop = ("teams", "shop", "namespaces", "shop", "traffic")
    assert set(warned(teams=teams, platform=platform)) == {
        (*at_shop, "from_namespaces", 1),
        (*at_shop, "to_namespaces", 0),
        ("platform", "velero", "schedules", "daily", "namespaces", 1),
        ("platform", "kyverno", "excluded_namespaces", 1),
        ("platform", "fluent_bit", "exclude_namespaces", 0),
    }
    assert warned(platform=platform) == {}


POD_GROUPS = {
    "shop": {"namespaces": {"shop": {"security_groups": {"a": {"groups": ["sg-01234567"]}}}}}
}


@pytest.mark.parametrize(
    ("types", "pool_families", "accepted"),
    [
        ([], ["t3a"], False),
        ([], ["t3a", "m7i"], True),
        (["t3.large"], ["t3a"], False),
        (["t3.large", "m7i.large"], ["t3a"], True),
        (["m4.large"], ["t3a"], False),
    ],
)
def test_pods_with_security_groups_need_a_type_with_a_trunk_interface(
    types: list[str], pool_families: list[str], accepted: bool
) -> None:
    pool = {"instance_families": pool_families, "instance_categories": []}
    pool["instance_generation_above"] = None
    groups = {"workloads": {"instance_types": types}} if types else {}
    wrong = refused(
        teams=POD_GROUPS,
        cluster={"node_groups": groups},
        platform={"karpenter": {"node_pools": {"default": pool}}},
    )
    path = ("teams", "shop", "namespaces", "shop", "security_groups")
    assert (path not in wrong) is accepted


def test_a_team_that_reaches_farther_than_its_namespaces_is_warned_of() -> None:
    shop = {"namespaces": {"shop": {}}, "hosts": ["shop.example.com"]}
    kinds = ["default", "apps/DaemonSet", "networking.istio.io/*", "Endpoints"]
    teams = {"shop": {**shop, "allow": kinds, "admission": "warn"}}
    assert set(warned(teams=teams)) == {
        ("teams", "shop", "allow", 2),
        ("teams", "shop", "allow", 3),
        ("teams", "shop", "admission"),
    }
    assert warned(teams={"shop": shop}) == {}
