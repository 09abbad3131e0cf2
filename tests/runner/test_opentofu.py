"""TERRAFORM=tofu: every command runs OpenTofu, and no Terraform (M12)."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from runner.binary import OPENTOFU, TERRAFORM, binary, program, require_version
from runner.connect import connect
from runner.errors import RunnerError
from runner.manifest import Stack
from runner.providers_lock import LOCK, lock_file
from runner.terraform import terraform_environment
from support.command import command
from support.fake_terraform import FakeTerraform
from support.state_objects import applied
from tools.emulator import LocalAws

PROJECT = Path(__file__).parents[2]
ALL = ("state", "network", "edge", "cluster")


@pytest.fixture
def terraform(fake_terraform: FakeTerraform) -> FakeTerraform:
    """A terraform on the PATH, beside tofu."""
    return fake_terraform


@pytest.fixture
def tofu(
    terraform: FakeTerraform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FakeTerraform:
    """OpenTofu, which TERRAFORM names."""
    assert terraform.folder
    monkeypatch.setenv("TERRAFORM", "tofu")
    return FakeTerraform(tmp_path, monkeypatch, OPENTOFU)


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        (("plan", "dev"), {"init", "plan"}),
        (("drift", "dev"), {"init", "plan"}),
        (("apply", "dev", "--yes"), {"init", "apply"}),
        (("destroy", "dev", "--yes"), {"init", "destroy"}),
        (("providers-lock", "dev"), {"providers"}),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_every_command_runs_it_and_no_terraform(
    arguments: tuple[str, ...],
    calls: set[str],
    aws: LocalAws,
    stacks: list[Stack],
    tofu: FakeTerraform,
    terraform: FakeTerraform,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("runner.commands.runs.synthesize", lambda _: stacks)
    monkeypatch.setattr("runner.providers_lock.lock_file.__defaults__", (tmp_path, TERRAFORM))
    monkeypatch.setattr("runner.providers_lock.providers_lock.__defaults__", (tmp_path,))
    for stack in stacks:
        (stack.directory / LOCK).write_text("locked")
    applied(aws, *ALL)
    done = command(capfd, *arguments)
    assert done.returncode == 0, done.stderr
    assert {call[1] for call in tofu.calls} == calls
    assert terraform.calls == []


@pytest.mark.parametrize("folder", ["runner", "tools", "tests"])
def test_nothing_starts_terraform_by_its_name(folder: str) -> None:
    """What starts it asks runner/binary.py, so that TERRAFORM=tofu holds everywhere."""
    pattern = re.compile(r"""\[\s*["']terraform["'],\s*\*?\w""")
    assert pattern.search('["terraform", *arguments]')
    found = {
        str(file.relative_to(PROJECT))
        for file in (PROJECT / folder).rglob("*.py")
        if pattern.search(file.read_text(encoding="utf-8")) and file != Path(__file__)
    }
    assert found == set()


def test_a_failure_names_it(
    aws: LocalAws,
    stacks: list[Stack],
    tofu: FakeTerraform,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("runner.commands.runs.synthesize", lambda _: stacks)
    applied(aws, "state")
    tofu.answers("1.10.10", apply=3)
    done = command(capfd, "apply", "dev", "--yes")
    assert done.returncode == 3
    assert "Error: tofu apply failed in dev-state (exit code 3)." in done.stderr


def test_the_first_version_that_keeps_data_of_removed_features_is_needed(
    tofu: FakeTerraform,
) -> None:
    tofu.answers("1.9.4")
    for lockfile in (False, True):
        with pytest.raises(
            RunnerError,
            match=r"tofu is OpenTofu 1\.9, but this project needs 1\.10 .*opentofu\.org",
        ):
            require_version(lockfile=lockfile)
    tofu.answers("1.10.0-rc1")
    assert require_version(lockfile=True).version == (1, 10)


def test_it_warns_of_no_lock_table(
    aws: LocalAws,
    stacks: list[Stack],
    tofu: FakeTerraform,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("runner.commands.runs.synthesize", lambda _: stacks)
    tofu.answers("1.12.6")
    applied(aws, *ALL)
    for stack in stacks:
        stack.backend["dynamodb_table"] = "locks"
    done = command(capfd, "plan", "dev")
    assert done.returncode == 0, done.stderr
    assert "is deprecated" not in done.stdout


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("tofu", r"^tofu is not on the PATH \(TERRAFORM=tofu\)\. Install OpenTofu 1\.10 or newer"),
        ("/no/such", r"^/no/such is not on the PATH \(TERRAFORM=/no/such\)\. Install Terraform"),
    ],
)
def test_a_program_that_is_not_there_is_named(given: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match=message):
        binary({"PATH": str(tmp_path), "TERRAFORM": given})


def test_a_path_is_taken_too_and_what_it_is_does_not_depend_on_its_name(
    tofu: FakeTerraform, tmp_path: Path
) -> None:
    other = tmp_path / "own-build"
    other.write_bytes((tofu.folder / "tofu").read_bytes())
    other.chmod(0o755)
    found = program({"PATH": os.environ["PATH"], "TERRAFORM": str(other)})
    assert (found.path, found.product) == (str(other), OPENTOFU)


def test_without_the_variable_it_is_terraform(terraform: FakeTerraform) -> None:
    for environ in ({"PATH": os.environ["PATH"]}, {"PATH": os.environ["PATH"], "TERRAFORM": ""}):
        assert program(environ).path == str(terraform.folder / "terraform")


def test_it_has_lock_files_of_its_own(
    tofu: FakeTerraform,
    stacks: list[Stack],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its registry is another one: each of the two would remove the lines of the other."""
    stack = stacks[1]
    monkeypatch.setattr("runner.providers_lock.place_lock.__defaults__", (tmp_path,))
    for product in (TERRAFORM, OPENTOFU):
        file = lock_file(stack, tmp_path, product)
        file.parent.mkdir(exist_ok=True)
        file.write_text(product.name)
    assert sorted(each.name for each in (tmp_path / "providers").iterdir()) == [
        "dev-network.lock.hcl",
        "dev-network.tofu.lock.hcl",
    ]
    for name, product in (("terraform", TERRAFORM), ("tofu", OPENTOFU)):
        monkeypatch.setenv("TERRAFORM", name)
        # Nothing of S3 is asked for: the fake program has no backend.
        monkeypatch.setattr("runner.connect._same_place", lambda _: False)
        connect(stack, terraform_environment())
        assert (stack.directory / LOCK).read_text() == product.name
    assert tofu.calls == [["dev-network", "init", "-input=false"]]


def set_up(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROJECT / "scripts" / "setup")],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_set_up_checks_the_program_that_is_named(tofu: FakeTerraform) -> None:
    tofu.answers("1.9.4")
    done = set_up(TERRAFORM="tofu")
    assert done.returncode == 1
    assert "OpenTofu 1.10 or newer (found: 1.9.4): https://opentofu.org" in done.stderr
    done = set_up(TERRAFORM="no-such-program")
    assert done.returncode == 1
    assert "no-such-program 1.9 or newer (found: none)" in done.stderr
