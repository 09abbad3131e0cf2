"""Real Terraform makes dev from nothing."""

from pathlib import Path

import pytest

import emulator
from support.lifecycle import apply_and_settle
from support.provider import runnable


@pytest.mark.terraform
def test_dev_applies_from_nothing_and_then_plans_no_changes(tmp_path: Path) -> None:
    environment = runnable("dev", tmp_path)
    with emulator.start() as aws:
        apply_and_settle(aws, environment, tmp_path / "cdktf.out")
