"""A running cluster changes in place, and what EKS refuses is refused.

All tests share one cluster, and each changes what no other one does.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from config import versions
from modules.merge import merged, nested
from runner.upgrade_plan.step import UpgradeStep
from support.live_cluster import CLUSTER, EKS_CHANGES, EKS_DELETES, Actions, LiveCluster
from support.provider import SharedProvider
from tools.emulator import LocalAws

pytestmark = pytest.mark.terraform

DEVELOPER = "arn:aws:iam::123456789012:role/developer"
AUDITOR = "arn:aws:iam::123456789012:role/auditor"
OPERATOR = "arn:aws:iam::123456789012:role/operator"

NODES = ("aws_eks_node_group", "aws_launch_template")
ACCESS = ("aws_eks_access_entry", "aws_eks_access_policy_association")
ADDONS = ("aws_eks_addon",)


@pytest.fixture(scope="module")
def live(
    running_aws: LocalAws, provider: SharedProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveCluster]:
    """An applied cluster of an older Kubernetes minor."""
    cluster = LiveCluster(
        running_aws,
        tmp_path_factory.mktemp("live"),
        provider,
        version="1.34",
        node_groups={"spare": {"instance_types": ["m7g.large"]}},
        access=[
            {"principal": DEVELOPER, "policy": "view", "all_namespaces": True},
            {"principal": AUDITOR, "policy": "view", "namespaces": ["payments"]},
        ],
        addons={"eks-node-monitoring-agent": {"enabled": False}},
    )
    cluster.check("apply", "-auto-approve", "-input=false")
    yield cluster
    assert running_aws.failures() == []


@pytest.fixture(scope="module")
def changes(live: LiveCluster) -> Actions:
    """What Terraform does where nodes, access and add-ons are to be different, all at once.

    Each write is throttled once and fails once, which one apply survives.
    """
    live.disturb(EKS_CHANGES)
    changes = live.change(
        system_nodes={"max_size": 9},
        node_groups={"workers": {"volume_gib": 100}},
        access=[
            {"principal": DEVELOPER, "policy": "edit", "all_namespaces": True, "groups": ["dev"]},
            {"principal": OPERATOR, "policy": "admin", "namespaces": ["payments"]},
        ],
        kube_proxy_mode="nftables",
        addons={
            "vpc-cni": {"values": {"env": {"WARM_PREFIX_TARGET": "2"}}},
            "snapshot-controller": {"enabled": False},
            "eks-node-monitoring-agent": {"enabled": True},
        },
    )
    assert live.aws.faults() == []
    return changes


def of(types: tuple[str, ...], actions: Actions) -> Actions:
    """The actions on resources of some types."""
    return {
        address: done for address, done in actions.items() if address.partition(".")[0] in types
    }


def test_kubernetes_is_upgraded_in_place_by_one_minor_the_nodes_after_it_and_not_by_two(
    live: LiveCluster,
) -> None:
    live.configure(version="1.36")
    code, text = live.apply()
    assert code == 1
    assert "Unsupported Kubernetes minor version update from 1.34 to 1.36" in text

    steps = {step.name: step for step in live.upgrade_steps("1.34", "1.35")}
    assert len(steps["node groups"].changes) >= 2
    assert len(steps["EKS add-ons"].changes) >= 2

    # Every second apply of the plan is of the platform stack, which needs a Kubernetes API.
    live.configure(**_cluster_settings(steps["configuration"]))
    live.disturb(["UpdateClusterVersion"])
    assert live.change() == _in_place(steps["control plane"])
    assert live.aws.faults() == []
    assert live.eks.describe_cluster(name=CLUSTER)["cluster"]["version"] == "1.35"
    _nodes_and_addons_have("1.34", live)

    live.configure(**_cluster_settings(steps["nodes configuration"]))
    assert live.change() == _in_place(steps["EKS add-ons"], steps["node groups"])
    _nodes_and_addons_have("1.35", live)


def test_the_steps_of_the_plan_that_apply_the_cluster_stack_are_the_two_that_a_test_carries_out(
    live: LiveCluster,
) -> None:
    steps = live.upgrade_steps("1.34", "1.35")
    applied = [step.name for step in steps if step.stack == "cluster"]
    configured = [step.name for step in steps if step.settings]
    assert applied == ["control plane", "EKS add-ons"]
    assert configured == ["configuration", "nodes configuration"]
    others = [each for step in steps for each in step.changes if each.stack == "cluster"]
    known = {"control plane", "EKS add-ons", "node groups"}
    assert others == [each for step in steps if step.name in known for each in step.changes]


def _cluster_settings(step: UpgradeStep) -> dict[str, Any]:
    """The settings of a step below `cluster`."""
    found: dict[str, Any] = {}
    for path, value in step.settings.items():
        found = merged(found, nested(path, value))
    return found["cluster"]


def _in_place(*steps: UpgradeStep) -> Actions:
    """What Terraform does in some steps, as the plan says."""
    return {change.address: [change.action] for step in steps for change in step.changes}


def _nodes_and_addons_have(minor: str, live: LiveCluster) -> None:
    for name in live.eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"]:
        group = live.eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=name)["nodegroup"]
        assert group["version"] == minor
        assert group["releaseVersion"] == versions.ami("al2023", minor)
    for name in live.eks.list_addons(clusterName=CLUSTER)["addons"]:
        addon = live.eks.describe_addon(clusterName=CLUSTER, addonName=name)["addon"]
        assert addon["addonVersion"] == versions.addon(name, minor)


def test_the_minimum_size_is_raised_after_the_group_has_grown(live: LiveCluster) -> None:
    (group,) = (
        name
        for name in live.eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"]
        if name.startswith("workers-")
    )
    live.configure(node_groups={"workers": {"min_size": 3, "desired_size": 3}})
    code, text = live.apply()
    assert code == 1
    assert "Minimum capacity 3 can't be greater than desired size 2" in text

    live.eks.update_nodegroup_config(
        clusterName=CLUSTER, nodegroupName=group, scalingConfig={"desiredSize": 3}
    )
    assert live.change() == {"aws_eks_node_group.node_group_workers": ["update"]}


def test_another_instance_type_makes_a_new_group_before_the_old_one_is_deleted(
    live: LiveCluster,
) -> None:
    changes = live.change(node_groups={"spare": {"instance_types": ["m8g.large"]}})
    assert changes == {"aws_eks_node_group.node_group_spare": ["create", "delete"]}


def test_the_control_plane_moves_in_place_to_subnets_of_its_own(live: LiveCluster) -> None:
    subnets = live.move_control_plane()
    assert live.change() == {"aws_eks_cluster.cluster": ["update"]}
    config = live.eks.describe_cluster(name=CLUSTER)["cluster"]["resourcesVpcConfig"]
    assert set(config["subnetIds"]) == subnets


def test_sizes_and_volumes_of_nodes_change_in_place(changes: Actions) -> None:
    assert of(NODES, changes) == {
        "aws_eks_node_group.node_group_system": ["update"],
        "aws_eks_node_group.node_group_workers": ["update"],
        "aws_launch_template.launch_template_workers": ["update"],
    }


def test_access_is_granted_changed_and_revoked(changes: Actions) -> None:
    policy = "aws_eks_access_policy_association.access_role"
    assert of(ACCESS, changes) == {
        "aws_eks_access_entry.access_role_developer": ["update"],
        f"{policy}_developer_view": ["delete"],
        f"{policy}_developer_edit": ["create"],
        "aws_eks_access_entry.access_role_auditor": ["delete"],
        f"{policy}_auditor_view": ["delete"],
        "aws_eks_access_entry.access_role_operator": ["create"],
        f"{policy}_operator_admin": ["create"],
    }


def test_addons_are_configured_added_and_removed(changes: Actions) -> None:
    assert of(ADDONS, changes) == {
        "aws_eks_addon.kube_proxy": ["update"],
        "aws_eks_addon.vpc_cni": ["update"],
        "aws_eks_addon.snapshot_controller": ["delete"],
        "aws_eks_addon.eks_node_monitoring_agent": ["create"],
    }


def test_nothing_else_changes_with_them(changes: Actions) -> None:
    assert of((*NODES, *ACCESS, *ADDONS), changes) == changes


def test_a_destroy_survives_being_throttled_and_failed_at_each_delete(live: LiveCluster) -> None:
    live.disturb(EKS_DELETES)
    live.check("destroy", "-auto-approve", "-input=false")
    assert live.aws.faults() == []
    assert live.known() == set()
    assert live.eks.list_clusters()["clusters"] == []
