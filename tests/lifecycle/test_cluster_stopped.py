"""Applies that Ctrl-C stops are finished as docs/operations.md says."""

import json
from collections import Counter
from pathlib import Path
from signal import SIGINT

import pytest

from support.live_cluster import STAGES, LiveCluster
from support.provider import SharedProvider
from tools.emulator import LocalAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


def untaint(live: LiveCluster) -> set[str]:
    """Keeps what Terraform was waiting for when it was stopped, and would make anew."""
    state = json.loads(live.check("state", "pull"))
    tainted = [
        f"{each['type']}.{each['name']}"
        for each in state["resources"]
        if any(instance.get("status") == "tainted" for instance in each["instances"])
    ]
    for address in tainted:
        live.check("untaint", address)
    return set(tainted)


def test_an_apply_stopped_at_any_stage_loses_nothing(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, undisturbed: "Counter[str]"
) -> None:
    live = LiveCluster(aws, tmp_path, provider)
    for stage in STAGES:
        live.stop_while(stage, SIGINT)
        if stage.type == "aws_eks_cluster":
            # Node groups come before those that they replace, and Terraform extends that to all
            # that they depend on. EKS refuses a second cluster, and the first one is unharmed.
            code, text = live.apply()
            assert code == 1
            assert "Cluster already exists with name: test" in text
        assert any(address.startswith(f"{stage.type}.") for address in untaint(live))
    live.check("apply", "-auto-approve", "-input=false")
    live.check_settled()
    live.check_whole(undisturbed)
