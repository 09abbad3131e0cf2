"""Applies that are killed are finished as docs/operations.md says."""

from collections import Counter
from pathlib import Path
from signal import SIGKILL

import pytest

from support.live_cluster import STAGES, LiveCluster
from support.locking import lock_id
from support.provider import SharedProvider
from support.unrecorded import import_blocks, unrecorded
from tools.emulator import LocalAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


def unlock(live: LiveCluster) -> None:
    """Removes the lock of an apply that was killed; the error message contains its ID."""
    code, text = live.run("plan", "-input=false")
    assert code == 1
    live.check("force-unlock", "-force", lock_id(text))


def test_killed_at_every_stage_what_is_unrecorded_is_imported(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, undisturbed: "Counter[str]"
) -> None:
    live = LiveCluster(aws, tmp_path, provider)
    # A cluster takes EKS ten minutes, and the local AWS none. By then what came before is saved.
    aws.inject("eks", "CreateCluster", "InvalidRequestException")
    assert live.apply()[0] == 1
    for stage in STAGES:
        live.stop_while(stage, SIGKILL)
        unlock(live)
        lost = unrecorded(live)
        assert any(address.startswith(f"{stage.type}.") for address, _ in lost)
        if stage.type == "aws_eks_cluster":
            assert lost == [("aws_eks_cluster.cluster", "test")]
            code, text = live.apply()
            assert code == 1
            assert "Cluster already exists with name: test" in text
        (live.stack.path / "imports.tf").write_text(import_blocks(lost))
    live.check("apply", "-auto-approve", "-input=false")
    (live.stack.path / "imports.tf").unlink()
    live.check_settled()
    live.check_whole(undisturbed)


def test_killed_while_eks_makes_the_cluster_the_rest_is_saved(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path
) -> None:
    live = LiveCluster(aws, tmp_path, provider, autoscaler="karpenter")
    cluster, *_ = STAGES
    live.stop_while(cluster, SIGKILL, and_until=lambda: live.has_saved("aws_sqs_queue"))
    unlock(live)
    assert unrecorded(live) == [("aws_eks_cluster.cluster", "test")]
