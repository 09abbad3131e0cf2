"""The commands as a user types them, with a terraform that writes down its calls.

Two of them run as processes with a real synthesis, the others in this process.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rules.load import EXAMPLES
from runner.manifest import Stack
from support.command import command
from support.fake_terraform import FakeTerraform
from support.state_objects import applied
from tools.emulator import LocalAws

PROJECT = Path(__file__).parents[2]
DEV = str(EXAMPLES / "dev.yaml")


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runner", *arguments],
        cwd=PROJECT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_synthesizes_runs_and_ends_with_terraforms_exit_code(
    aws: LocalAws, fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    applied(aws, "state")
    fake_terraform.answers(apply=3)
    outdir = tmp_path / "out" / "cdktf.out"
    done = run("apply", DEV, "--yes", "--", "-lock-timeout=5s", CDKTF_OUTDIR=str(outdir))
    assert done.returncode == 3, done.stderr
    assert fake_terraform.calls == [
        ["dev-state", "init", "-input=false"],
        ["dev-state", "apply", "-auto-approve", "-lock-timeout=5s"],
    ]
    assert (outdir / "stacks" / "dev-network" / "cdk.tf.json").is_file()
    assert "out of apply" in done.stdout
    assert "Error: terraform apply failed in dev-state (exit code 3)." in done.stderr


@pytest.mark.parametrize(
    ("given", "handed_on"),
    [
        (["-lock=false"], ["-lock=false"]),
        (["--yes", "-var", "a=b"], ["-auto-approve", "-var", "a=b"]),
        (["state", "--yes", "--", "plan.out"], ["-auto-approve", "plan.out"]),
    ],
)
def test_terraforms_own_arguments_need_no_dashes_before_them(
    given: list[str],
    handed_on: list[str],
    aws: LocalAws,
    fake_terraform: FakeTerraform,
    stacks: list[Stack],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("runner.commands.runs.synthesize", lambda _: stacks)
    applied(aws, "state")
    fake_terraform.answers(apply=3)
    assert command(capfd, "apply", "dev", *given).returncode == 3
    assert fake_terraform.calls[-1] == ["dev-state", "apply", *handed_on]


@pytest.mark.parametrize("name", ["bootstrap", "bootstrap-destroy", "ip-plan"])
def test_commands_without_terraform_arguments_refuse_them(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    done = command(capfd, name, "dev", "-lock=false")
    assert done.returncode == 2
    assert f"`{name}` takes no arguments for terraform: -lock=false" in done.stderr


def test_a_synthesis_that_fails_runs_nothing(
    fake_terraform: FakeTerraform, capfd: pytest.CaptureFixture[str]
) -> None:
    done = command(capfd, "plan", "nowhere/dev.yaml")
    assert done.returncode == 2
    assert "Synthesis of nowhere/dev.yaml failed. Terraform was not run." in done.stderr
    assert fake_terraform.calls == []


def test_without_credentials_the_message_is_short(tmp_path: Path) -> None:
    done = run(
        "plan",
        DEV,
        CDKTF_OUTDIR=str(tmp_path / "cdktf.out"),
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_ACCESS_KEY_ID="",
        AWS_SECRET_ACCESS_KEY="",
        AWS_PROFILE="missing",
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: AWS: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["plan"], ["plan", "dev", "--auto"], ["fly", "dev"]])
def test_a_wrong_command_line_is_refused(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    done = command(capfd, *arguments)
    assert done.returncode == 2
    assert "Usage: eks-platform" in done.stderr


@pytest.mark.parametrize(
    ("variable", "argument", "command"),
    [
        ("~/.shrc", [], "synth"),
        ("/etc/shinit", ["ENV=dev"], "synth dev"),
        ("dev", [], "synth dev"),
        ("environments/dev.yaml", [], "synth environments/dev.yaml"),
        ("dev", ["ENV=path/to/prod.yaml"], "synth path/to/prod.yaml"),
    ],
)
def test_make_ignores_env_if_it_names_a_shell_startup_file(
    variable: str, argument: list[str], command: str
) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "synth", *argument],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "ENV": variable},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1].strip() == f".venv/bin/eks-platform {command}"
