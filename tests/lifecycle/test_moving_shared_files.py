"""The documented commands move the shared file system from the cluster stack to the data stack."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from config.environment import Environment
from support.environments import environment
from support.output import synthesized_output
from support.premade import make_network, make_states
from support.provider import SharedProvider
from tools.emulator import LocalAws

PAGE: Final = Path(__file__).parents[2] / "docs" / "shared-files.md"
FILES: Final = re.compile(r"\.(efs|file_system_security_group)")

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


def settings(stack: str) -> Environment:
    return environment(cluster={"efs": {"stack": stack, "iam": "required"}})


def keep_files_only(folder: Path) -> str:
    """Takes from a cluster stack all but the file system; returns the text of what is left."""
    file = folder / "cdk.tf.json"
    document: dict[str, Any] = json.loads(file.read_text())
    kept = {
        type_: {name: body for name, body in made.items() if FILES.match(f".{name}")}
        for type_, made in document["resource"].items()
        if type_ != "aws_eks_pod_identity_association"
    }
    policies = kept.get("aws_efs_file_system_policy", {})
    for body in policies.values():
        # The role depends on the cluster.
        role = "arn:aws:iam::123456789012:role/test-efs-mount"
        body["policy"] = body["policy"].replace("${aws_iam_role.efs_mount_role.arn}", role)
    kept.pop("aws_iam_role", None)
    document = {
        "provider": document["provider"],
        "terraform": document["terraform"],
        "removed": document.get("removed", []),
        "resource": {type_: made for type_, made in kept.items() if made},
        "data": {
            "terraform_remote_state": {
                "network": document["data"]["terraform_remote_state"]["network"]
            }
        },
    }
    file.write_text(json.dumps({key: value for key, value in document.items() if value}))
    return file.read_text()


class Terraform:
    """Terraform in the stacks of a synthesized folder."""

    def __init__(self, stacks: Path, variables: dict[str, str]) -> None:
        self.stacks, self._variables = stacks, variables

    def run(self, stack: str, *arguments: str) -> str:
        return self.shell(f"terraform -chdir=test-{stack} {' '.join(arguments)}")

    def shell(self, script: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.stacks,
            env=self._variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def actions(self, stack: str) -> dict[str, list[str]]:
        """What a plan does, by address."""
        self.run(stack, "plan", "-input=false", "-out=plan")
        changes = json.loads(self.run(stack, "show", "-json", "plan")).get("resource_changes", [])
        return {
            each["address"]: each["change"]["actions"]
            for each in changes
            if each["change"]["actions"] != ["no-op"]
        }


def documented() -> str:
    """The commands of the page, for this environment."""
    [block] = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.strip() for line in block.splitlines()]
    assert lines[0] == "cd cdktf.out/stacks"
    return "\n".join(lines[1:]).replace("prod-", "test-")


def test_the_file_system_moves_and_nothing_in_aws_changes(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path
) -> None:
    reached = aws.process_environment(os.environ) | provider.variables()
    terraform = Terraform(tmp_path / "stacks", reached)
    before = settings("cluster")
    synthesized_output(tmp_path, before)
    text = keep_files_only(tmp_path / "stacks" / "test-cluster")
    network = " ".join(re.findall(r"data\.terraform_remote_state\.network\.outputs\.[\w.]+", text))
    make_states(aws, before, network, make_network(aws, before))
    terraform.run("cluster", "init", "-input=false")
    terraform.run("cluster", "apply", "-auto-approve", "-input=false")
    efs = aws.client("efs", before.region)
    [made] = efs.describe_file_systems()["FileSystems"]
    targets = efs.describe_mount_targets(FileSystemId=made["FileSystemId"])["MountTargets"]

    synthesized_output(tmp_path, settings("data"))
    keep_files_only(tmp_path / "stacks" / "test-cluster")
    terraform.shell(documented())

    # The new policy has the role in a condition.
    assert terraform.actions("data") == {"aws_efs_file_system_policy.efs_policy": ["update"]}
    assert terraform.actions("cluster") == {}
    terraform.run("data", "apply", "-input=false", "plan")
    assert terraform.actions("data") == {}
    [after] = efs.describe_file_systems()["FileSystems"]
    assert after["FileSystemId"] == made["FileSystemId"]
    kept = efs.describe_mount_targets(FileSystemId=made["FileSystemId"])["MountTargets"]
    assert kept == targets
    assert aws.failures() == []
