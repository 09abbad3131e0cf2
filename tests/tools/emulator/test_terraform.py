"""Real Terraform takes a cluster through its life, faults and refusals included."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from runner.binary import binary
from tools.emulator import LocalAws

CONFIGURATION = Path(__file__).parent / "terraform" / "main.tf"
UPGRADE: dict[str, Any] = {
    "kubernetes_version": "1.35",
    "max_size": 5,
    "groups": ["viewers", "editors"],
    "addon_versions": {
        "vpc-cni": "v1.23.2-eksbuild.1",
        "kube-proxy": "v1.35.3-eksbuild.29",
        "coredns": "v1.14.6-eksbuild.4",
    },
}
ROLLBACK = {
    **UPGRADE,
    "kubernetes_version": "1.34",
    "addon_versions": {**UPGRADE["addon_versions"], "kube-proxy": "v1.34.6-eksbuild.29"},
}


class Terraform:
    """Terraform in a temporary folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def run(self, *arguments: str, expected: int = 0) -> str:
        done = subprocess.run(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == expected, done.stdout
        return done.stdout

    def set(self, **values: object) -> None:
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(values))


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_a_cluster_applies_changes_upgrades_and_is_destroyed(
    aws: LocalAws, terraform_env: dict[str, str], tmp_path: Path
) -> None:
    shutil.copy(CONFIGURATION, tmp_path)
    terraform = Terraform(tmp_path, terraform_env)
    aws.inject("eks", "CreateAddon", "ThrottlingException", status=429, times=2)
    aws.inject("eks", "CreateNodegroup", "ServerException", status=500)

    terraform.run("init", "-input=false")
    terraform.run("apply", "-auto-approve", "-input=false")
    assert aws.faults() == []
    terraform.run("plan", "-detailed-exitcode")

    terraform.set(kubernetes_version="1.36")
    refused = terraform.run("apply", "-auto-approve", "-refresh=false", expected=1)
    assert "Unsupported Kubernetes minor version update from 1.34 to 1.36" in refused

    terraform.set(**UPGRADE)
    changed = terraform.run("apply", "-auto-approve", "-refresh=false")
    assert "Resources: 0 added, 6 changed, 0 destroyed" in changed
    terraform.run("plan", "-detailed-exitcode")

    # The provider sends a lower version as it is; EKS takes it once the nodes are back.
    terraform.set(**ROLLBACK)
    refused = terraform.run("apply", "-auto-approve", "-refresh=false", expected=1)
    assert "Node groups are newer than 1.34" in refused
    aws.client("eks").update_nodegroup_version(
        clusterName="main", nodegroupName="system", version="1.34"
    )
    terraform.run("apply", "-auto-approve")
    assert aws.client("eks").describe_cluster(name="main")["cluster"]["version"] == "1.34"
    terraform.run("plan", "-detailed-exitcode")

    assert "eks:cluster:main" in aws.inventory()
    terraform.run("destroy", "-auto-approve", "-refresh=false")
    # EKS makes it again for its last lines, which Terraform cannot know.
    assert aws.inventory() == ["logs:log-group:/aws/eks/main/cluster"]
    assert aws.failures() == []
