"""Ejected stacks, as Terraform sees them."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from runner.binary import binary
from runner.terraform import terraform_environment


@contextmanager
def in_its_place(folder: Path, files: Mapping[str, str]) -> Iterator[None]:
    """Puts the files of an ejected stack in the place of its JSON for a while."""
    document = folder / "cdk.tf.json"
    aside = document.rename(folder / "aside")
    for name, text in files.items():
        (folder / name).write_text(text)
    yield
    for name in files:
        (folder / name).unlink()
    aside.rename(document)


def planned(folder: Path, environ: Mapping[str, str]) -> str:
    """What `terraform plan` prints in the folder of an ejected stack, which has to be valid."""
    terraform(folder, environ, "init", "-input=false")
    terraform(folder, environ, "validate")
    return terraform(folder, environ, "plan", "-input=false", "-lock=false")


def terraform(folder: Path, environ: Mapping[str, str], *arguments: str) -> str:
    """What Terraform prints in a folder; it has to succeed."""
    done = subprocess.run(
        [binary(os.environ), *arguments, "-no-color"],
        cwd=folder,
        env=terraform_environment(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
