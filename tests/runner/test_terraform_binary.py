import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runner.binary import require_version
from runner.errors import RunnerError, TerraformError
from runner.terraform import Terraform, terraform_environment
from support.fake_terraform import FakeTerraform


@pytest.mark.usefixtures("fake_terraform")
def test_output_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Terraform(tmp_path).init()
    captured = capfd.readouterr()
    assert captured.out == "out of init\n"
    assert captured.err == "err of init\n"


def test_the_exit_code_is_passed_on(fake_terraform: FakeTerraform, tmp_path: Path) -> None:
    fake_terraform.answers(apply=7)
    with pytest.raises(TerraformError, match=r"terraform apply failed in .* \(exit code 7\)") as e:
        Terraform(tmp_path).apply()
    assert e.value.exit_code == 7
    assert Terraform(tmp_path).run("apply") == 7


def test_a_signal_becomes_a_shells_exit_code(fake_terraform: FakeTerraform, tmp_path: Path) -> None:
    fake_terraform.is_script("#!/bin/sh\nkill -9 $$\n")
    assert Terraform(tmp_path).run("plan") == 128 + signal.SIGKILL


@pytest.mark.parametrize(("code", "changes"), [(0, False), (2, True)])
def test_a_detailed_plan_returns_whether_there_are_changes(
    code: int, changes: bool, fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    fake_terraform.answers(plan=code)
    assert Terraform(tmp_path).has_changes("-lock=false") is changes
    assert fake_terraform.calls[0][1:] == [
        "plan",
        "-input=false",
        "-detailed-exitcode",
        "-lock=false",
    ]


def test_a_plan_that_fails_is_not_taken_for_one_without_changes(
    fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    fake_terraform.answers(plan=1)
    with pytest.raises(TerraformError):
        Terraform(tmp_path).has_changes()


def test_terraform_asks_for_approval_unless_given(
    fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    Terraform(tmp_path).apply()
    Terraform(tmp_path).destroy("-lock=false", approve=True)
    assert fake_terraform.calls == [
        [tmp_path.name, "apply"],
        [tmp_path.name, "destroy", "-auto-approve", "-lock=false"],
    ]


def test_terraform_checks_no_version_and_prints_no_hints() -> None:
    environ = terraform_environment({"PATH": "x"})
    assert environ["CHECKPOINT_DISABLE"] == "1"
    assert environ["TF_IN_AUTOMATION"] == "1"
    assert environ["PATH"] == "x"


def test_a_missing_binary_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RunnerError, match=r"terraform is not on the PATH\. Install Terraform 1\.9"):
        Terraform(tmp_path).init()


def test_an_old_binary_is_refused(fake_terraform: FakeTerraform) -> None:
    fake_terraform.answers(version="1.9.8")
    require_version()
    with pytest.raises(RunnerError, match=r"is Terraform 1\.9, but `state\.lock: s3` or `bo"):
        require_version(lockfile=True)


def test_versions_are_compared_as_numbers(fake_terraform: FakeTerraform) -> None:
    fake_terraform.answers(version="1.10.0-beta1")
    assert require_version().version == (1, 10)


def test_another_program_of_that_name_is_refused(fake_terraform: FakeTerraform) -> None:
    fake_terraform.is_script("#!/bin/sh\necho hello\n")
    with pytest.raises(RunnerError, match="version` does not print a version of Terraform or"):
        require_version()


PROJECT = Path(__file__).parents[2]

INTERRUPTED = """\
import sys
from pathlib import Path
from runner.terraform import Terraform
code = Terraform(Path(sys.argv[1])).run("apply")
print("the runner saw", code, flush=True)
"""

SLOW = """\
#!{python}
import signal, sys
def finish(number, frame):
    # Longer than the quarter of a second after which subprocess.run would kill.
    signal.sigtimedwait([], 0.5)
    print("released the lock", flush=True)
    sys.exit(1)
signal.signal(signal.SIGINT, finish)
signal.signal(signal.SIGTERM, finish)
print("applying", flush=True)
signal.pause()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_terraform_may_finish_after_an_interruption(
    number: signal.Signals, fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    fake_terraform.is_script(SLOW.format(python=sys.executable))
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "applying\n"
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        assert process.stdout.read() == "released the lock\nthe runner saw 1\n"


def test_one_interrupt_reaches_terraform_once_and_is_explained(
    fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    """Helm goes on waiting, so that a second one would be tempting, and end Terraform at once."""
    releases = {"a": {"timeout": 300}, "b": {"timeout": 1800}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": {"helm_release": releases}}))
    fake_terraform.is_script(SLOW.format(python=sys.executable))
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "applying\n"
        process.send_signal(signal.SIGINT)
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline().startswith("Terraform is still saving.")
        assert process.stdout.read() == "released the lock\nthe runner saw 1\n"
    assert "saves the state and releases its lock" in first
    assert "Helm does not stop waiting for a release: that takes 30 minutes at most" in first
    assert "`make unlock ENV=...`" in first
