"""Regions at the same time: readable output, failures, and Ctrl-C (K1)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runner.errors import RunnerError
from runner.manifest import Stack
from runner.regions.steps import steps
from runner.side_by_side.steps import carry_out
from runner.stages import Run
from support.fake_terraform import FakeTerraform
from support.state_objects import applied, write_stacks
from tools.emulator import LocalAws

STACKS = {"state": [], "network": ["state"]}

MEETING = """\
#!{python}
import json, os, signal, sys, time
from pathlib import Path
if sys.argv[1:] == ["version"]:
    print("Terraform v1.11.4")
    sys.exit(0)
folder, name = Path({folder!r}), os.path.basename(os.getcwd())
signal.signal(signal.SIGINT, lambda *_: (folder.joinpath(name + ".saved").touch(), sys.exit(1)))
if sys.argv[1] == "apply" and name.endswith("state"):
    begun = folder.joinpath(name)
    begun.open("w").close() if begun.is_fifo() else begun.touch()
    print("first line of", name, flush=True)
    end = time.monotonic() + 60
    # The other region is here at the same time.
    while not {wait} and time.monotonic() < end:
        signal.sigtimedwait([], 0.05)
    print("last line of", name, flush=True)
    sys.exit({code})
"""
MET = "all(folder.joinpath(f'shop-{each}-state').exists() for each in ('euc1', 'euw1'))"

RUNNER = """\
import sys
from pathlib import Path
from runner.errors import RunnerError
from runner.manifest import read_manifest
from runner.regions.steps import steps
from runner.side_by_side.steps import carry_out
from runner.stages import Run
try:
    carry_out("apply", steps(Run(read_manifest(Path(sys.argv[1])), approve=True)))
except RunnerError as error:
    print("Error:", error)
    sys.exit(error.exit_code)
"""


@pytest.fixture
def two_regions(tmp_path: Path, aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    for name in ("shop-euc1", "shop-euw1"):
        applied(aws, *STACKS, environment=name)
    return write_stacks(outdir, of={"shop-euc1": STACKS, "shop-euw1": STACKS})


def meeting(folder: Path, wait: str = MET, code: str = "0") -> str:
    return MEETING.format(python=sys.executable, folder=str(folder), wait=wait, code=code)


def test_regions_are_applied_at_the_same_time_and_printed_one_after_the_other(
    two_regions: list[Stack],
    fake_terraform: FakeTerraform,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    fake_terraform.is_script(meeting(tmp_path))
    carry_out("apply", steps(Run(two_regions, "state", approve=True)))
    printed = capfd.readouterr().out
    order = [
        printed.index(line)
        for line in (
            "At the same time: shop-euc1, shop-euw1.",
            "==== shop-euc1: apply ====",
            "first line of shop-euc1-state",
            "last line of shop-euc1-state",
            "==== shop-euw1: apply ====",
            "first line of shop-euw1-state",
            "last line of shop-euw1-state",
        )
    ]
    assert order == sorted(order)


def test_a_region_that_fails_stops_no_other_one_and_is_named(
    two_regions: list[Stack], fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    fake_terraform.is_script(meeting(tmp_path, code="7 if 'euc1' in name else 0"))
    with pytest.raises(
        RunnerError, match=r"^shop-euc1: terraform apply failed in shop-euc1-state \(exit code 7\)"
    ) as failure:
        carry_out("apply", steps(Run(two_regions, "state", approve=True)))
    assert failure.value.exit_code == 7
    assert "shop-euw1" not in str(failure.value)


def test_changes_in_one_region_are_changes(
    two_regions: list[Stack], fake_terraform: FakeTerraform
) -> None:
    run = Run(two_regions, "network", extra=("-detailed-exitcode",))
    fake_terraform.answers(plan=2)
    assert carry_out("plan", steps(run)) == 2


@pytest.mark.usefixtures("two_regions")
def test_an_interrupt_lets_terraform_save_in_every_region(
    fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    fake_terraform.is_script(meeting(tmp_path, wait="False"))
    project = Path(__file__).parents[2]
    begun = [tmp_path / f"shop-{each}-state" for each in ("euc1", "euw1")]
    for file in begun:
        os.mkfifo(file)
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, os.environ["CDKTF_OUTDIR"]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": str(project)},
    )
    for file in begun:
        assert file.read_text() == ""  # ends when its Terraform has opened it
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert all(file.with_name(f"{file.name}.saved").exists() for file in begun)
    assert "Terraform finishes the calls that it has started, in all regions" in printed
    for each in ("euc1", "euw1"):
        assert f"shop-{each}: terraform apply failed in shop-{each}-state" in printed
    # What comes next was not begun.
    assert "network apply" not in printed
