"""Vertical Pod Autoscaler (E5) and Cluster Autoscaler (E6)."""

from typing import Any

import pytest

from config import versions
from config.environment import Environment
from modules.addons.cluster_autoscaler.addon import ADDON as CLUSTER_AUTOSCALER
from modules.addons.vertical_pod_autoscaler.addon import ADDON as VERTICAL_POD_AUTOSCALER
from modules.cluster.security_group_rules import RULES
from modules.helm.contract import Context
from support.environments import environment
from support.platform_stack import values


def choosing_cluster_autoscaler(**cluster: Any) -> Environment:
    """An environment with Cluster Autoscaler instead of Karpenter."""
    made = environment(cluster=cluster)
    chosen = made.cluster.model_copy(update={"autoscaler": "cluster_autoscaler"})
    return made.model_copy(update={"cluster": chosen})


def autoscaler_values(**cluster: Any) -> dict[str, Any]:
    """Cluster Autoscaler's values."""
    made = choosing_cluster_autoscaler(**cluster)
    return CLUSTER_AUTOSCALER.values(Context(made, "cluster-autoscaler"))


def test_all_components_of_the_vertical_autoscaler_are_replicated() -> None:
    settings = {"vertical_pod_autoscaler": {"replicas": 3}}
    made = values(VERTICAL_POD_AUTOSCALER, platform=settings)
    for part in ("recommender", "updater", "admissionController"):
        assert made[part]["replicas"] == 3
        assert made[part]["podDisruptionBudget"] == {"enabled": True}
        assert made[part]["resources"]["limits"]["memory"]


def test_a_single_replica_has_no_disruption_budget() -> None:
    settings = {"vertical_pod_autoscaler": {"replicas": 1}}
    made = values(VERTICAL_POD_AUTOSCALER, platform=settings)
    assert made["updater"]["podDisruptionBudget"] == {"enabled": False}


def test_the_control_plane_reaches_the_vertical_autoscalers_webhook() -> None:
    made = values(VERTICAL_POD_AUTOSCALER)["admissionController"]
    [port] = made["service"]["ports"]
    assert made["extraArgs"] == [f"--port={port['targetPort']}"]
    open_ports = {
        flow.port for flow in RULES if (flow.source, flow.target) == ("control_plane", "node")
    }
    assert port["targetPort"] in open_ports


def test_its_containers_meet_the_restricted_standard() -> None:
    made = values(VERTICAL_POD_AUTOSCALER)
    assert VERTICAL_POD_AUTOSCALER.pod_security == "restricted"
    assert made["podSecurityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert made["containerSecurityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_cluster_autoscaler_is_installed_only_where_selected() -> None:
    assert not CLUSTER_AUTOSCALER.installed(environment())
    assert CLUSTER_AUTOSCALER.installed(choosing_cluster_autoscaler())


def test_cluster_autoscaler_resizes_groups_of_its_own_cluster_only() -> None:
    policies = CLUSTER_AUTOSCALER.policies(choosing_cluster_autoscaler())
    statements = [each for policy in policies.values() for each in policy]
    changing = [
        each
        for each in statements
        if any(not action.split(":")[1].startswith(("Describe", "Get")) for action in each.actions)
    ]
    [statement] = changing
    assert set(statement.actions) == {
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
    }
    assert statement.resources == ["arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:*"]
    assert statement.conditions == {
        "StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/test": "owned"}
    }


@pytest.mark.parametrize("minor", versions.minors())
def test_cluster_autoscaler_has_the_clusters_minor(minor: str) -> None:
    tag = autoscaler_values(version=minor)["image"]["tag"]
    assert tag.startswith(f"v{minor}.")


def test_cluster_autoscaler_finds_its_groups_and_has_its_role() -> None:
    made = autoscaler_values(name="platform")
    assert made["autoDiscovery"] == {"clusterName": "platform"}
    assert made["awsRegion"] == "eu-west-1"
    account = made["rbac"]["serviceAccount"]
    assert account["name"] == CLUSTER_AUTOSCALER.service_account


def test_cluster_autoscaler_removes_unneeded_nodes() -> None:
    flags = autoscaler_values()["extraArgs"]
    assert flags["skip-nodes-with-system-pods"] is False
    assert flags["scale-down-unneeded-time"] == "10m"
