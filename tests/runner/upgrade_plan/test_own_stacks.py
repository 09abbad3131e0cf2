"""What the JSON of the stacks shows: API versions, budgets, and what is replaced."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.versions import number
from runner.upgrade_plan import own
from runner.upgrade_plan.budgets import BudgetLimits
from runner.upgrade_plan.changes import between
from runner.upgrade_plan.minors import MinorUpgrade
from runner.upgrade_plan.removed_apis import table, verdict
from runner.upgrade_plan.steps import Variants, steps
from runner.upgrade_plan.variant import Variant
from support.environments import environment
from support.upgrades import made_of

CLAIM = {"apiVersion": "storage.k8s.io/v1beta1", "kind": "VolumeAttributesClass"}


def release(values: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """A Helm release."""
    return {"name": "app", "chart": "app", "values": [json.dumps(values)], **arguments}


def test_every_row_of_the_table_names_a_replacement_and_when() -> None:
    rows = table().apis
    assert len(rows) > 15
    for row in rows:
        assert row.removed or row.deprecated or "v1beta2" in row.version, row
        assert row.source.startswith("https://")
        if row.removed and row.deprecated:
            assert number(row.deprecated) < number(row.removed)


@pytest.mark.parametrize(
    ("version", "kind", "target", "status"),
    [
        ("storage.k8s.io/v1alpha1", "VolumeAttributesClass", "1.35", "error"),
        ("storage.k8s.io/v1alpha1", "VolumeAttributesClass", "1.34", "warning"),
        ("storage.k8s.io/v1beta1", "VolumeAttributesClass", "1.36", "warning"),
        ("resource.k8s.io/v1beta1", "ResourceClaim", "1.36", "warning"),
        ("policy/v1beta1", "PodDisruptionBudget", "1.35", "error"),
        ("policy/v1", "PodDisruptionBudget", "1.35", None),
        ("storage.k8s.io/v1alpha1", "StorageClass", "1.35", None),
    ],
)
def test_a_removed_api_is_an_error_and_a_later_removal_a_warning(
    version: str, kind: str, target: str, status: str | None
) -> None:
    found = verdict(version, kind, target)
    assert (found.status if found else None) == status


def test_removed_apis_are_found_in_charts_values_and_in_resources(tmp_path: Path) -> None:
    stack = made_of(
        {
            "helm_release": {
                "ours": release({"resources": [{**CLAIM, "metadata": {"name": "fast"}}]}),
                "theirs": release({"extraObjects": {"deep": [{**CLAIM, "kind": "Other"}]}}),
            },
            "kubernetes_pod_disruption_budget": {"old": {"metadata": {"name": "old"}}},
            "kubernetes_storage_class_v1": {"volumes": {"metadata": {"name": "volumes"}}},
        },
        tmp_path,
    )
    found = {each.subject: each for each in own.apis(stack, "1.35")}
    assert found.keys() == {
        "storage.k8s.io/v1beta1 VolumeAttributesClass",
        "policy/v1beta1 PodDisruptionBudget",
    }
    assert "fast (helm_release.ours)" in found["storage.k8s.io/v1beta1 VolumeAttributesClass"].found
    assert found["policy/v1beta1 PodDisruptionBudget"].status == "error"


@pytest.mark.parametrize(
    ("limits", "replicas", "strict"),
    [
        (BudgetLimits(max_unavailable=0), 3, True),
        (BudgetLimits(max_unavailable="0%"), None, True),
        (BudgetLimits(max_unavailable="1%"), 3, False),
        (BudgetLimits(max_unavailable=1), 1, False),
        (BudgetLimits(min_available="100%"), None, True),
        (BudgetLimits(min_available="51%"), 2, True),
        (BudgetLimits(min_available="50%"), 2, False),
        (BudgetLimits(min_available=2), 2, True),
        (BudgetLimits(min_available=2), 3, False),
        (BudgetLimits(min_available=2), None, False),
        (BudgetLimits(), 2, False),
    ],
)
def test_a_budget_is_strict_where_no_pod_may_go(
    limits: BudgetLimits, replicas: int | None, strict: bool
) -> None:
    assert (limits.strict(replicas) is not None) == strict


def test_budgets_of_charts_are_compared_with_the_replicas_beside_them(tmp_path: Path) -> None:
    values = {
        "podDisruptionBudget": {"enabled": True, "minAvailable": 2},
        "replicaCount": 2,
        "server": {"replicas": 1, "pdb": {"enabled": True}},
        "worker": {"replicas": 3, "pdb": {"enabled": True, "maxUnavailable": 1}},
        "off": {"replicas": 1, "pdb": {"enabled": False, "maxUnavailable": 0}},
        "prometheus": {
            "podDisruptionBudget": {"minAvailable": 2},
            "prometheusSpec": {"replicas": 2},
        },
    }
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "own"},
        "spec": {"maxUnavailable": 0},
    }
    releases = {"app": release(values), "ours": release({"resources": [budget]})}
    found = {
        each.subject: each.found
        for each in own.budgets(made_of({"helm_release": releases}, tmp_path))
        if each.status == "error"
    }
    assert {subject: reason.partition(":")[0] for subject, reason in found.items()} == {
        "app: podDisruptionBudget": "minAvailable",
        "app: server.pdb": "a budget for one replica",
        "app: prometheus.podDisruptionBudget": "minAvailable",
        "own": "maxUnavailable",
    }


def test_arguments_that_replace_a_resource_are_told_from_those_that_update_it() -> None:
    group = {"version": "${aws_eks_cluster.cluster.version}", "ami_type": "AL2023_x86_64_STANDARD"}
    before = {
        "resource": {
            "aws_eks_cluster": {"cluster": {"version": "1.34"}},
            "aws_eks_node_group": {"same": group, "other": group},
            "helm_release": {"app": release({"a": {"b": 1, "c": [1]}})},
        }
    }
    after = {
        "resource": {
            "aws_eks_cluster": {"cluster": {"version": "1.35"}},
            "aws_eks_node_group": {
                "same": {**group, "version": "1.34"},
                "other": {**group, "version": "1.34", "ami_type": "BOTTLEROCKET_x86_64"},
            },
            "helm_release": {"app": release({"a": {"b": 2, "c": [1]}}), "new": release({})},
        }
    }
    found = {each.address: each for each in between("cluster", before, after)}
    assert {address: each.action for address, each in found.items()} == {
        "aws_eks_cluster.cluster": "update",
        "aws_eks_node_group.other": "replace",
        "helm_release.app": "update",
        "helm_release.new": "create",
    }
    assert found["aws_eks_node_group.other"].replaced_by == ("ami_type",)
    assert [each.path for each in found["helm_release.app"].arguments] == ["values.a.b"]
    [row] = [each for each in own.replaced(list(found.values())) if each.status == "warning"]
    assert (row.subject, row.found) == (
        "cluster: aws_eks_node_group.other",
        "replaced for ami_type",
    )


def test_a_new_launch_template_updates_its_node_groups() -> None:
    template = "${aws_launch_template.nodes.latest_version}"
    group = {"launch_template": {"version": template}}

    def document(volume: int) -> dict[str, Any]:
        nodes = {"nodes": {"volume": volume}}
        return {
            "resource": {"aws_launch_template": nodes, "aws_eks_node_group": {"workers": group}}
        }

    found = [each.address for each in between("cluster", document(50), document(60))]
    assert found == ["aws_launch_template.nodes", "aws_eks_node_group.workers"]
    assert list(between("cluster", document(50), document(50))) == []


def test_builds_that_the_file_sets_are_named_because_they_stay(tmp_path: Path) -> None:
    pinned = environment(cluster={"addons": {"coredns": {"version": "v1.12.4-eksbuild.38"}}})
    addons = {"coredns": {"addon_name": "coredns", "addon_version": "v1.12.4-eksbuild.38"}}
    stack = made_of({"aws_eks_addon": addons}, tmp_path, stack="cluster")
    variant = Variant(pinned, stack.stacks)
    found = [each.found for each in own.pins(Variants(variant, variant, variant), "1.35")]
    assert found == ["stay, because the file sets them: coredns v1.12.4-eksbuild.38"]


def test_a_chart_that_does_not_support_the_minor_is_upgraded_before_the_control_plane(
    tmp_path: Path,
) -> None:
    def variant(version: str) -> Variant:
        karpenter = release({}, chart="karpenter", version=version)
        return made_of({"helm_release": {"karpenter": karpenter}}, tmp_path)

    upgrade = MinorUpgrade("test", "1.35", "1.36", None, configured=False)
    held = variant("1.14.1")
    late = [each.name for each in steps(upgrade, Variants(variant("1.9.0"), held, held), "test")]
    assert late.index("charts") < late.index("control plane")
    usual = [each.name for each in steps(upgrade, Variants(held, held, held), "test")]
    assert usual.index("control plane") < usual.index("charts")
    rows = own.pins(Variants(variant("1.9.0"), held, held), "1.36")
    [row] = [each for each in rows if each.subject == "charts"]
    assert "karpenter 1.9.0" in row.found
