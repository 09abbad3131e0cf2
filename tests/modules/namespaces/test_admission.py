"""What Kubernetes refuses in namespaces of teams; tests/kubernetes/attacks runs it."""

from typing import Any

import pytest

from config import versions
from modules.namespaces.admission.release import admission_policies
from support.environments import environment
from support.kubernetes_objects import problems
from support.platform_stack import TEAM, before, platform_resources

KIND = "ValidatingAdmissionPolicy"


def policies(**settings: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Policies and bindings by kind and name."""
    made = admission_policies(environment(**settings))
    return {(each["kind"], each["metadata"]["name"]): each["spec"] for each in made}


def namespaces_of(binding: dict[str, Any]) -> list[str]:
    """The namespaces in which a binding applies its policy."""
    [selected] = binding["matchResources"]["namespaceSelector"]["matchExpressions"]
    assert selected["key"] == "kubernetes.io/metadata.name"
    return selected["values"]


def test_the_policies_are_there_before_a_team_can_make_anything() -> None:
    made = platform_resources(teams={"shop": TEAM})
    assert "helm_release.team_admission" in before(made, "kubernetes_namespace_v1.namespace_shop")
    assert "team_admission" not in platform_resources()["helm_release"]


def test_each_team_has_a_list_of_its_own() -> None:
    bank = {"namespaces": {"bank": {}, "bank-test": {}}, "allow": ["apps/DaemonSet"]}
    made = policies(teams={"shop": TEAM, "bank": bank})
    [check] = made[KIND, "teams-kinds-bank"]["validations"]
    assert "['apps/DaemonSet']" in check["expression"]
    assert "'apps/Deployment'" in made[KIND, "teams-kinds-shop"]["validations"][0]["expression"]
    binding = made[f"{KIND}Binding", "teams-kinds-bank"]
    assert namespaces_of(binding) == ["bank", "bank-test"]
    assert binding["policyName"] == "teams-kinds-bank"


def test_a_policy_refuses_unless_the_team_is_to_be_warned_only() -> None:
    bank = {"namespaces": {"bank": {}}, "admission": "warn"}
    made = policies(teams={"shop": TEAM, "bank": bank})
    assert made[f"{KIND}Binding", "teams-hosts-ingresses-warn"]["policyName"] in {
        name for kind, name in made if kind == KIND
    }
    for (kind, _), spec in made.items():
        if kind == KIND:
            assert spec["failurePolicy"] == "Fail"
        elif namespaces_of(spec) == ["bank"]:
            assert spec["validationActions"] == ["Warn", "Audit"]
        else:
            assert namespaces_of(spec) == ["shop"]
            assert spec["validationActions"] == ["Deny"]


def test_objects_of_the_cluster_are_left_alone() -> None:
    """A selector of namespaces does not keep a policy from objects without a namespace."""
    for (kind, _), spec in policies(teams={"shop": TEAM}).items():
        if kind == KIND:
            rules = spec["matchConstraints"]["resourceRules"]
            assert {each["scope"] for each in rules} == {"Namespaced"}


@pytest.mark.parametrize("minor", versions.minors())
def test_kubernetes_accepts_every_policy(minor: str) -> None:
    found = list(admission_policies(environment(teams={"shop": TEAM})))
    assert [problem for each in found for problem in problems(each, minor)] == []
