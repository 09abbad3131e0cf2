"""SIGKILL at several moments of a bootstrap, then once more: one of everything."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runner.backend.bootstrap_dir import lock
from runner.errors import RunnerError
from support.bootstrapping import PROJECT, StateBackend
from support.fake_terraform import FakeTerraform


def complete(backend: StateBackend) -> None:
    """The backend is whole, once, and nothing is left of the way there."""
    state = backend.remote()
    assert state is not None
    assert {address.partition(".")[0] for address in state.resources} == set(
        backend.stack.document["resource"]
    )
    assert backend.duplicates() == []
    assert not backend.folder.exists()


@pytest.mark.terraform
@pytest.mark.lifecycle
@pytest.mark.parametrize(
    "moment",
    [
        r"aws_s3_bucket\.state: Creating",
        r"aws_kms_key\.state_key: Creating",
        r"aws_dynamodb_table\.state_lock: Creating",
        r"STEP migrate",
    ],
)
def test_killed_at_a_line(moment: str, dev: StateBackend) -> None:
    dev.kill_at(moment)
    dev.bootstrap()
    complete(dev)


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_killed_as_soon_as_the_bucket_exists(dev: StateBackend) -> None:
    dev.kill_when(lambda: dev.exists("aws_s3_bucket"))
    dev.bootstrap()
    complete(dev)


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_killed_as_soon_as_the_state_is_in_the_bucket(prod: StateBackend) -> None:
    prod.kill_when(lambda: prod.remote() is not None)
    prod.bootstrap()
    complete(prod)


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_killed_while_the_state_in_the_bucket_is_locked(prod: StateBackend) -> None:
    prod.kill_at(r"STEP verify", and_then=prod.is_locked)
    assert prod.is_locked()
    prod.bootstrap()
    assert not prod.is_locked()
    complete(prod)


HOLDER = """\
import sys
from pathlib import Path
from runner.backend.bootstrap_dir import lock
with lock(Path(sys.argv[1])) as bootstrap_dir:
    bootstrap_dir.open()
    bootstrap_dir.terraform.run("apply")
"""


def test_the_lock_lasts_as_long_as_terraform(tmp_path: Path, fake_terraform: FakeTerraform) -> None:
    # Killing only the runner leaves Terraform running: no other process may start meanwhile.
    pipe, folder = tmp_path / "pipe", tmp_path / ".bootstrap" / "dev"
    os.mkfifo(pipe)
    fake_terraform.is_script(f"#!/bin/sh\necho $$\nread line < {pipe}\necho ended\n")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline().strip().isdigit()
        process.send_signal(signal.SIGKILL)
        process.wait()
        still_at_work = "or the Terraform that it started still is"
        with pytest.raises(RunnerError, match=still_at_work), lock(folder):
            pass
        pipe.write_text("go on\n")
        assert process.stdout.read() == "ended\n"
    with lock(folder) as bootstrap_dir:
        assert bootstrap_dir.exists
