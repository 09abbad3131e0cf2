"""Real Terraform plans every stack of every example against the emulator, and applies platforms.

A stack before the platform is planned as for a new account: what it reads of other stacks is in
their states. Arguments are left out that an AWS provider before 6.9 does not know.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.derived import replication
from config.environment import Environment
from modules.addons.catalog import EXAMPLES as OUTPUTS
from rules.load import EXAMPLES, environments, load
from runner.binary import binary
from runner.terraform import terraform_environment
from support.edge import ARN
from support.environments import example
from support.existing_vpc import make_vpc
from support.output import Stack, synthesized_output
from support.premade import make_states
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws

pytestmark = [pytest.mark.terraform, pytest.mark.examples]

NAMES = [file.stem for file in environments(EXAMPLES)]


@pytest.mark.parametrize("name", NAMES)
def test_each_stack_is_planned(
    running_aws: LocalAws, provider: SharedProvider, tmp_path: Path, name: str
) -> None:
    _plan(running_aws, provider, tmp_path, name)


def test_the_stack_of_an_extension_is_planned(
    running_aws: LocalAws,
    provider: SharedProvider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the changes of extensions in the others."""
    monkeypatch.setenv("EXTENSIONS", str(EXAMPLES.parent / "extensions"))
    assert "queue-workers-queues" in _plan(running_aws, provider, tmp_path, "queue-workers")


def _plan(aws: LocalAws, provider: SharedProvider, tmp_path: Path, name: str) -> list[str]:
    """Plans the stacks of an example before the platform; returns their names."""
    aws.reset()
    regions = load([runnable(name, tmp_path, **made_by_others(aws, name))])
    output = synthesized_output(tmp_path / "cdktf.out", *regions)
    stacks = [output.stack(each) for each in output.names if not each.endswith("-platform")]
    for environment in [*regions, *(other for each in regions for other in each.named)]:
        text = "".join(stack.text for stack in stacks)
        arn = ARN.replace("eu-west-1", environment.region)
        outputs = {**OUTPUTS, "names.certificate_arn": arn, **_files(aws, environment)}
        make_states(aws, environment, text, outputs)
    environ = aws.process_environment(os.environ) | provider.variables()
    for stack in stacks:
        _terraform(stack, environ, "init", "-input=false")
        planned = _terraform(stack, environ, "plan", "-input=false", "-lock=false")
        if not stack.addresses:
            # Of a VPC of others the network stack may have nothing but outputs.
            assert "Plan:" not in planned
            continue
        found = re.search(r"Plan: (\d+) to add, 0 to change, 0 to destroy", planned)
        assert found, planned
        assert int(found[1]) >= len(stack.addresses) - 1
    assert aws.failures() == []
    return [stack.path.name for stack in stacks]


def made_by_others(aws: LocalAws, name: str) -> dict[str, Any]:
    """Makes the VPC that an example names; its settings with the ids that AWS gave."""
    network = load([EXAMPLES / f"{name}.yaml"])[0].network
    if network.existing is None:
        return {}
    return {"network": {"existing": make_vpc(aws, example(name)).settings}}


def _files(aws: LocalAws, environment: Environment) -> dict[str, str]:
    """Makes the file system of a region that others look up, as its data stack would."""
    if replication.file_partner(environment) is None:
        return {}
    efs = aws.client("efs", environment.region)
    made: str = efs.create_file_system(CreationToken="premade")["FileSystemId"]
    efs.update_file_system_protection(FileSystemId=made, ReplicationOverwriteProtection="DISABLED")
    return {"data.efs_file_system_id": made}


def _terraform(stack: Stack, environ: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [binary(os.environ), *arguments, "-no-color"],
        cwd=stack.path,
        env=terraform_environment(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
