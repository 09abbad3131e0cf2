"""Real Terraform takes prod from nothing to nothing."""

from pathlib import Path

import pytest

from support.lifecycle import live_and_die
from support.provider import runnable
from tools import emulator


@pytest.mark.terraform
def test_prod_is_applied_from_nothing_then_plans_no_changes_and_is_destroyed_to_nothing(
    tmp_path: Path,
) -> None:
    environment = runnable("prod", tmp_path)
    with emulator.start() as aws:
        live_and_die(aws, environment, tmp_path / "cdktf.out", ("eu-west-1", "eu-central-1"))
