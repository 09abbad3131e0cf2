"""Real OpenTofu takes dev from nothing to nothing, and over from Terraform (M12)."""

import json
from pathlib import Path

import pytest

from runner import stages
from runner.binary import OPENTOFU, TERRAFORM, VARIABLE
from runner.manifest import Stack
from support.lifecycle import Lifecycle
from support.opentofu import opentofu
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws

REGIONS = ("eu-west-1", "eu-central-1")


def registries(aws: LocalAws, stack: Stack) -> set[str]:
    """The hosts of the providers that the state of a stack names: which program wrote it."""
    s3 = aws.client("s3", stack.backend["region"])
    state = s3.get_object(Bucket=stack.backend["bucket"], Key=stack.backend["key"])["Body"].read()
    return {
        each["provider"].partition('["')[2].partition("/")[0]
        for each in json.loads(state)["resources"]
        if each["mode"] == "managed"
    }


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_opentofu_takes_over_what_terraform_made_and_makes_and_destroys_the_rest(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tofu = opentofu()
    before = aws.inventory(REGIONS)
    environment = runnable("dev", tmp_path, state={"lock": "both"})
    outdir = tmp_path / "cdktf.out"
    life = Lifecycle(aws, provider, environment, outdir, monkeypatch)
    network = life.stack("network")
    life.bootstrap()
    life.apply(network)

    monkeypatch.setenv(VARIABLE, tofu)
    life = Lifecycle(aws, provider, environment, outdir, monkeypatch)
    assert not life.has_changes(life.state)
    assert not life.has_changes(network)
    life.bootstrap()
    life.apply(*(stack for stack in life.applied if stack.name != network.name))
    assert [stack.name for stack in life.applied if life.has_changes(stack)] == []
    assert aws.failures() == []
    assert registries(aws, network) == {TERRAFORM.registry}
    assert registries(aws, life.stack("cluster")) == {OPENTOFU.registry}
    stages.plan(stages.Run(life.all_stacks, "network", ("-refresh-only",)))
    life.destroy()
    life.bootstrap_destroy()
    assert aws.inventory(REGIONS) == before


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_opentofu_makes_a_state_backend_alone(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, opentofu())
    aws.reset()
    before = aws.inventory(REGIONS)
    environment = runnable("dev", tmp_path)
    life = Lifecycle(aws, provider, environment, tmp_path / "cdktf.out", monkeypatch)
    life.bootstrap()
    assert not life.has_changes(life.state)
    life.bootstrap_destroy()
    assert aws.inventory(REGIONS) == before
