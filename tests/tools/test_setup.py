"""`make setup`: it says how far it is, installs the program, and does nothing twice."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SLEEP = shutil.which("sleep")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose pipenv takes a second, and in which 15 seconds are a fifth of one."""
    for name in ("setup", "eks-platform"):
        target = tmp_path / "scripts" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / "scripts" / name, target)
    (tmp_path / "Pipfile.lock").write_text('{"a": {"version": "1"},\n "b": {"version": "2"}}\n')
    (tmp_path / ".venv" / "lib" / "python3" / "a.dist-info").mkdir(parents=True)
    program(tmp_path / ".venv" / "bin" / "python", "exit 0")
    program(tmp_path / ".pipenv" / "bin" / "python", "exit 0")
    program(tmp_path / ".pipenv" / "bin" / "pipenv", f"exec {SLEEP} 1")
    program(tmp_path / "bin" / "sleep", f"exec {SLEEP} 0.2")
    return tmp_path


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def setup(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(project / "scripts" / "setup")],
        env=os.environ | {"PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_shows_its_steps_and_how_many_packages_there_are(project: Path) -> None:
    done = setup(project)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    steps = [line for line in lines if " of 3: " in line]
    assert len(steps) == 3
    between = lines[lines.index(steps[1]) + 1 : lines.index(steps[2])]
    assert between
    assert all(line.endswith("s: 1 of 2 packages") for line in between)
    assert lines[-1].startswith("Set up in ")


def test_it_installs_the_program_and_is_silent_the_second_time(project: Path) -> None:
    setup(project)
    installed = project / ".venv" / "bin" / "eks-platform"
    assert os.access(installed, os.X_OK)
    installed.write_text("old")
    done = setup(project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert installed.read_text() == (PROJECT / "scripts" / "eks-platform").read_text()


def test_a_set_up_that_fails_is_not_taken_for_done(project: Path) -> None:
    program(project / ".pipenv" / "bin" / "pipenv", "echo no such package >&2; exit 3")
    done = setup(project)
    assert done.returncode == 3
    assert "no such package" in done.stderr
    assert not (project / ".venv" / ".synced").exists()
