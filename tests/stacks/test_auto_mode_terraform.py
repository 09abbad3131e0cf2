"""A cluster in EKS Auto Mode is applied, left, and destroyed by real Terraform (L9)."""

from pathlib import Path

import pytest

from support.live_cluster import CLUSTER, LiveCluster
from support.provider import SharedProvider
from tools.emulator import LocalAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


def test_a_cluster_gets_auto_mode_and_leaves_it_without_a_replacement(
    running_aws: LocalAws, provider: SharedProvider, tmp_path: Path
) -> None:
    live = LiveCluster(
        running_aws,
        tmp_path,
        provider,
        small={"efs": {"enabled": False}},
        network={"pods": {"prefix_reservation": "none"}},
        # It reads more of the network than a cluster in Auto Mode, and its state is made for it.
        compute="left_auto",
    )
    live.configure(compute="auto")
    live.check("apply", "-auto-approve", "-input=false")
    live.check_settled()
    cluster = live.eks.describe_cluster(name=CLUSTER)["cluster"]
    assert cluster["computeConfig"]["enabled"] is True
    assert cluster["storageConfig"]["blockStorage"]["enabled"] is True
    assert cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"] is True
    # None of the add-ons that EKS replaces, and none that needs nodes before there are pools.
    assert live.eks.list_addons(clusterName=CLUSTER)["addons"] == []
    assert live.eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"] == []

    actions = live.change(compute="left_auto")
    assert actions["aws_eks_cluster.cluster"] == ["update"]
    assert actions["aws_eks_node_group.node_group_system"] == ["create"]
    cluster = live.eks.describe_cluster(name=CLUSTER)["cluster"]
    assert cluster["computeConfig"]["enabled"] is False
    assert cluster["storageConfig"]["blockStorage"]["enabled"] is False
    assert cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"] is False

    live.check("destroy", "-auto-approve", "-input=false")
    assert live.known() == set()
    assert running_aws.failures() == []
