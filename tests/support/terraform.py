"""Terraform in a folder, as this process reaches AWS."""

import os
import subprocess
from pathlib import Path

from runner.binary import binary
from runner.terraform import terraform_environment


def run(folder: Path, *arguments: str) -> str:
    """Runs it, which has to succeed; what it printed to standard output."""
    done = subprocess.run(
        [binary(os.environ), *arguments, "-no-color"],
        cwd=folder,
        env=terraform_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
