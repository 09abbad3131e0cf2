"""Fixtures of the runner's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import emulator
from emulator import LocalAws
from runner.manifest import Stack
from support.fake_terraform import FakeTerraform
from support.state_objects import make_bucket, write_stacks


@pytest.fixture
def fake_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTerraform:
    """A terraform that only writes down how it was called."""
    return FakeTerraform(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def running_aws() -> Iterator[LocalAws]:
    with emulator.start() as aws:
        yield aws


@pytest.fixture
def aws(running_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> LocalAws:
    """An emulated account with nothing but an empty state bucket; this process talks to it."""
    running_aws.reset()
    for name, value in running_aws.environment.items():
        monkeypatch.setenv(name, value)
    make_bucket(running_aws)
    return running_aws


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    """Stacks without resources: state, network, edge and cluster of dev."""
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    return write_stacks(outdir)
