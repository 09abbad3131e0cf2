"""Synthesizes an environment before anything is done with it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from runner.errors import RunnerError
from runner.manifest import Stack, read_manifest

MAIN: Final = Path(__file__).resolve().parent.parent / "main.py"


def output_folder() -> Path:
    """The folder that synthesis writes to: `CDKTF_OUTDIR`, or `cdktf.out` where one stands."""
    return Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")).resolve()


def synthesize(environment: str) -> list[Stack]:
    """Synthesizes one environment in a process of its own.

    Args:
        environment: a name from examples/environments, or the path of a file.

    Returns:
        Its stacks in order of application.

    Raises:
        RunnerError: synthesis failed, with its exit code; it has printed why.
    """
    code = subprocess.run([sys.executable, str(MAIN), environment], check=False).returncode
    if code:
        raise RunnerError(f"Synthesis of {environment} failed; nothing was run.", code)
    return read_manifest(output_folder())
