"""Real Terraform takes prod from nothing to nothing."""

from pathlib import Path

import pytest

from support.environments import example
from support.lifecycle import Lifecycle, full_lifecycle
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_prod_is_applied_from_nothing_plans_no_changes_and_is_destroyed_completely(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = runnable("prod", tmp_path, cluster={"efs": {"force_destroy": True}})
    zone = example("prod").edge.hosted_zone
    assert zone is not None
    aws.make_hosted_zone(zone.id, zone.name)
    life = Lifecycle(aws, provider, environment, tmp_path / "cdktf.out", monkeypatch)
    full_lifecycle(life, aws, ("eu-west-1", "eu-central-1"))
