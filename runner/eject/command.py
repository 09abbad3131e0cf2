"""Writes the stacks of an environment as HCL, which Terraform runs without this project."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rules.load import ENVIRONMENTS
from runner.eject import origins
from runner.eject.folder import Folder, write_all
from runner.eject.stack import hcl_files
from runner.errors import RunnerError
from runner.manifest import Stack, read_manifest
from runner.providers_lock import LOCK, lock_file

_ASSETS: Final = "assets"
"""The folder of a stack's own chart, which its releases name by its path."""


def write_stacks(
    environment: str,
    to: Path,
    say: Callable[[str], object],
    *,
    force: bool = False,
    locks: Path = ENVIRONMENTS,
) -> None:
    """Writes `<to>/<environment>/<stack>` for each stack of an environment and its regions.

    Args:
        environment: a name from environments/ or examples/environments/, or the path of a file.
        to: the folder.
        say: prints a line.
        force: whether folders with other content are replaced.
        locks: the folder with the lock files of providers, which are copied.

    Raises:
        RunnerError: the synthesis failed, or a folder has other content; nothing is written then.
    """
    with TemporaryDirectory() as temporary:
        stacks, made_by = _synthesize(environment, Path(temporary))
        folders = [
            Folder(
                to / stack.environment / stack.short_name,
                hcl_files(stack.document, made_by),
                _copied(stack, locks),
            )
            for stack in stacks
        ]
        written = write_all(folders, force=force)
    for each in folders:
        say(f"{each.path}: {'written' if each in written else 'is up to date'}")
    say("Apply them in this order. `terraform init` and `terraform plan` there find no changes.")


def _synthesize(environment: str, temporary: Path) -> tuple[list[Stack], list[origins.Origin]]:
    notes, output = temporary / "origins.json", temporary / "cdktf.out"
    code = subprocess.run(
        [sys.executable, "-m", origins.__name__, str(notes), environment],
        env=os.environ | {"CDKTF_OUTDIR": str(output)},
        check=False,
    ).returncode
    if code:
        raise RunnerError(f"Synthesis of {environment} failed. Nothing was written.", code)
    return read_manifest(output), origins.read(notes)


def _copied(stack: Stack, locks: Path) -> dict[str, Path]:
    found = {_ASSETS: stack.directory / _ASSETS, LOCK: lock_file(stack, locks)}
    return {name: path for name, path in found.items() if path.exists()}
