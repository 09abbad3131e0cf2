"""Fixtures of the runner's tests."""

from pathlib import Path

import pytest

from runner.manifest import Stack
from support.state_objects import make_bucket, write_stacks
from tools.emulator import LocalAws


@pytest.fixture
def aws(aws: LocalAws) -> LocalAws:
    """An emulated account with nothing but an empty state bucket; this process talks to it."""
    make_bucket(aws)
    return aws


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    """Stacks without resources: state, network, edge and cluster of dev."""
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    return write_stacks(outdir)
