"""Upgrades of clusters whose nodes EKS runs, and of clusters that share a load balancer."""

import os
from pathlib import Path

import pytest

from rules.load import EXAMPLES
from runner.upgrade_plan.plan import Plan, plan
from support.upgrades import loaded


def of_example(name: str, folder: Path) -> Plan:
    file = folder / f"{name}.yaml"
    original = os.path.relpath(EXAMPLES / f"{name}.yaml", folder)
    file.write_text(f'extends: {original}\nname: {name}\ncluster: {{version: "1.35"}}\n')
    return plan(loaded(file), "1.36", folder / "plan", name)


@pytest.mark.usefixtures("offline")
def test_nodes_of_eks_auto_mode_are_replaced_by_eks_and_there_are_no_node_groups(
    tmp_path: Path,
) -> None:
    planned = of_example("auto-mode", tmp_path)
    names = [each.name for each in planned.steps]
    assert "nodes of EKS Auto Mode" in names
    assert not {"node groups", "EKS add-ons", "Karpenter's nodes"} & {*names}
    said = " ".join(each.does for each in planned.steps)
    assert "Karpenter" not in said
    assert "node groups" not in said


@pytest.mark.usefixtures("offline")
def test_the_other_cluster_behind_the_load_balancer_is_named(tmp_path: Path) -> None:
    planned = of_example("shop-blue", tmp_path)
    (control_plane,) = [each for each in planned.steps if each.name == "control plane"]
    assert any("same load balancer: shop-green." in note for note in control_plane.notes)
