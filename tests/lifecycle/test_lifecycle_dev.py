"""Real Terraform takes dev from nothing to nothing, but for its backups and their key.

Controllers have left what would make it fail. What `make eject` writes of it plans no changes.
"""

import os
from pathlib import Path

import pytest

from rules.load import load
from runner import stages
from runner.check.run import check_account
from runner.connect import connect
from runner.eject.command import write_stacks
from runner.errors import RunnerError, TerraformError
from support import leftovers
from support.backups import REGION, Backups
from support.ejected import planned
from support.lifecycle import Lifecycle, applied_unchanged
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws

VELERO = {"velero": {"enabled": True}}
NAMES = ("IAM names", "names", "buckets")

PODS = {"pods": {"secondary_cidr": "100.64.0.0/16"}}
"""AWS refuses pod subnets before this block is there, and to delete it before they are gone."""


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_dev_is_applied_plans_no_changes_and_is_destroyed_without_its_backups(
    aws: LocalAws,
    provider: SharedProvider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    environment = runnable("dev", tmp_path, network=PODS)
    life = Lifecycle(aws, provider, environment, tmp_path / "cdktf.out", monkeypatch)
    applied_unchanged(life, aws)
    write_stacks(str(environment), tmp_path / "ejected", print)
    for stack in (life.state, *life.applied):
        text = planned(tmp_path / "ejected" / "dev" / stack.short_name, os.environ)
        assert "No changes. Your infrastructure matches the configuration." in text, text
    (dev,) = load([environment])
    names = [each for each in check_account(dev, life.all_stacks) if each.check in NAMES]
    # Only the platform stack is not applied.
    assert [each for each in names if each.status != "ok"] == []
    assert len([each for each in names if each.found == "this environment's"]) > 30
    life.configure(runnable("dev", tmp_path, network=PODS, platform=VELERO))
    life.apply(life.stack("network"))
    before = aws.inventory((REGION,))
    backups = Backups(aws, "dev")

    with pytest.raises(RunnerError, match=r"Nothing was destroyed, .*\ndev-network:\n"):
        stages.destroy(stages.Run(life.all_stacks, approve=True))
    network = life.stack("network")
    with pytest.raises(TerraformError):
        connect(network, stages.Run(life.all_stacks).environ).destroy(approve=True)
    assert "aws_s3_bucket.velero has lifecycle.prevent_destroy set" in " ".join(
        capfd.readouterr().err.replace("│", "").split()
    )
    assert aws.inventory((REGION,)) == before
    backups.check()

    life.configure(runnable("dev", tmp_path, network=PODS))
    life.apply(life.stack("network"))
    backups.check()
    life.configure(runnable("dev", tmp_path, network=PODS, platform=VELERO))
    imports = life.stack("network").directory / "imports.tf"
    imports.write_text(backups.import_blocks)
    life.apply(life.stack("network"))
    imports.unlink()
    assert not life.has_changes(life.stack("network"))
    life.configure(runnable("dev", tmp_path, network=PODS))
    life.apply(life.stack("network"))
    backups.check()

    leftovers.in_applied_environment(aws, "dev")
    life.destroy()
    life.bootstrap_destroy()
    backups.check()
    left = {item.split(":")[0] for item in aws.inventory((REGION,))}
    assert left == {"s3", "kms"}
