"""`eks-platform`: its help, its completion, and that make has the same commands."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from rules.load import ENVIRONMENTS, EXAMPLES
from runner.cli import app
from runner.commands.arguments import names
from runner.commands.words import EXIT_CODES
from support.command import command

PROJECT = Path(__file__).parents[2]
PROGRAM = PROJECT / ".venv" / "bin" / "eks-platform"
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]
PANELS = ["Start", "Deploy", "Inspect", "Day two"]


def program(*arguments: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200"} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_that_set_up_installs_is_the_one_of_the_project() -> None:
    assert PROGRAM.read_text() == (PROJECT / "scripts" / "eks-platform").read_text()
    assert PROGRAM.stat().st_mode & 0o111


def test_it_runs_from_any_folder_also_through_links_and_beside_packages_of_the_same_name(
    tmp_path: Path,
) -> None:
    package = tmp_path / "config"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('the wrong package')\n")
    (tmp_path / "first").symlink_to(PROGRAM)
    (tmp_path / "second").symlink_to("first")
    done = subprocess.run(
        ["./second", "ip-plan", "dev", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout)["dev"]["cidrs"] == ["10.1.0.0/16"]


def test_the_help_has_a_panel_for_each_group_and_a_line_for_each_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    printed = command(capsys, "--help").stdout
    assert re.findall(r"╭─ ([A-Z][a-z ]+?) ─", printed) == ["Options", *PANELS]
    for name, found in COMMANDS.items():
        summary = found.help.split("\n")[0]
        assert re.search(rf"│ {name} +{re.escape(summary)}", printed), name
    assert EXIT_CODES.split(";")[0] in printed


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        done = command(capsys, name, "-h")
        assert done.returncode == 0
        assert f"Usage: eks-platform {name}" in done.stdout


def targets() -> dict[str, str]:
    """The command that each target of the Makefile runs, of those that run one."""
    found = re.findall(
        r"^([a-z-]+): setup.*\n(?:\t.*\n)*?\t@\$\(PROGRAM\) (\S+)", MAKEFILE, re.MULTILINE
    )
    return dict(found)


def test_each_command_is_the_target_of_make_of_the_same_name() -> None:
    assert targets() == {name: name for name in COMMANDS}


def test_each_target_stands_in_the_help_of_make_and_is_no_file() -> None:
    described = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    defined = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) - {"required-env"}
    listed = re.search(r"^\.PHONY: help((?:.*\\\n)*.*)$", MAKEFILE, re.MULTILINE)
    assert listed
    phony = {"help", *listed[1].replace("\\", " ").split()}
    assert described == defined == phony


def test_the_shell_completes_commands_and_environments(tmp_path: Path) -> None:
    asked = {"_EKS_PLATFORM_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    done = program(folder=tmp_path, **asked, COMP_WORDS="eks-platform ip")
    assert done.stdout.split() == ["ip-plan"]
    done = program(folder=tmp_path, **asked | {"COMP_CWORD": "2"}, COMP_WORDS="eks-platform plan p")
    assert "prod" in done.stdout.split()
    # What the parent process is must not matter here.
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = program("--show-completion", "bash", folder=tmp_path, **named)
    assert "_EKS_PLATFORM_COMPLETE" in shown.stdout + shown.stderr


def test_completion_knows_the_examples_and_the_users_own_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text("")
    monkeypatch.setattr("runner.commands.arguments.ENVIRONMENTS", tmp_path)
    assert next(iter(names(""))) == "mine"
    assert list(names("mi")) == ["mine", "minimal"]
    assert ENVIRONMENTS.parent == EXAMPLES.parents[1]


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_main_py_explains_itself(option: str) -> None:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "main.py"), option],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("The CDKTF app: `python main.py [environment ...]` writes")
    assert "Exit codes: 0; 2" in done.stdout


def test_synth_says_what_it_has_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    outdir = tmp_path / "out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    done = command(capfd, "synth", "dev", "minimal")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[-1] == f"Written to {outdir}."
    document = json.loads((outdir / "stacks" / "dev-network" / "cdk.tf.json").read_text())
    count = sum(map(len, document["resource"].values()))
    assert f"  {count:>4}  stacks/dev-network" in lines
    sums = [re.match(r"(\S+): (\d+) resources in (\d+) stacks", line) for line in lines]
    assert [found[1] for found in sums if found] == ["dev", "minimal"]
    listed = [int(line.split()[0]) for line in lines if line.startswith("  ")]
    assert sum(listed) == sum(int(found[2]) for found in sums if found)


def test_a_synth_that_fails_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "out"))
    done = command(capfd, "synth", "nowhere/dev.yaml")
    assert done.returncode == 2
    assert done.stdout == ""
    assert not (tmp_path / "out").exists()
