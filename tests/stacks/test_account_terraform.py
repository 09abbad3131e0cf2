"""Real Terraform applies the account stack: cost alarms, GuardDuty and backups."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.account import EVERYTHING
from support.environments import MINIMAL
from support.lifecycle import Commands
from tools.emulator import LocalAws

SETTINGS: dict[str, Any] = MINIMAL | EVERYTHING | {"name": "acct"}


@pytest.mark.terraform
def test_it_is_applied_changed_and_destroyed_completely(
    running_aws: LocalAws, tmp_path: Path
) -> None:
    """As users run it: the runner's commands, and a provider that `init` has chosen."""
    aws = running_aws
    file = tmp_path / "acct.yaml"
    file.write_text(json.dumps(SETTINGS))
    commands = Commands(aws, file, tmp_path / "cdktf.out")
    commands.check("bootstrap", "--yes")
    before = aws.inventory(("eu-west-1", "eu-central-1"))
    commands.check("apply", "account", "--yes")
    assert "No changes." in commands.check("plan", "account", "--", "-no-color")
    cost = {**SETTINGS["cost"], "budgets": {"month": {"monthly_usd": 1500}}}
    backup = {**SETTINGS["backup"], "delete_after_days": 60, "force_destroy": True}
    file.write_text(json.dumps({**SETTINGS, "cost": cost, "backup": backup}))
    commands.check("apply", "account", "--yes")
    assert "No changes." in commands.check("plan", "account", "--", "-no-color")
    assert aws.failures() == []
    commands.check("destroy", "account", "--yes")
    assert aws.inventory(("eu-west-1", "eu-central-1")) == before
