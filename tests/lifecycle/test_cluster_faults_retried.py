"""Errors that pass by themselves do not fail an apply."""

from collections import Counter
from pathlib import Path

import pytest

from support.live_cluster import EKS_CREATES, LiveCluster
from support.provider import SharedProvider
from tools.emulator import LocalAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


def test_an_apply_survives_being_throttled_and_failed_at_each_write(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, undisturbed: "Counter[str]"
) -> None:
    live = LiveCluster(aws, tmp_path, provider)
    live.disturb(EKS_CREATES)
    code, text = live.apply()
    assert code == 0, text
    assert aws.faults() == []
    live.check_settled()
    live.check_whole(undisturbed)
