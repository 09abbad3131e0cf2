"""Synthesizes an environment before a command runs on it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from runner.errors import RunnerError
from runner.manifest import Stack, read_manifest

MAIN: Final = Path(__file__).resolve().parent.parent / "main.py"


def output_folder() -> Path:
    """The output folder of the synthesis: `CDKTF_OUTDIR`, or `cdktf.out` in the current folder."""
    return Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")).resolve()


def synthesize(environment: str, outdir: Path | None = None, *options: str) -> list[Stack]:
    """Synthesizes one environment in a new process; returns its stacks in the order of apply.

    Args:
        environment: a name from environments/ or examples/environments/, or the path of a file.
        outdir: default: the output folder of the synthesis.
        options: options of main.py.

    Raises:
        RunnerError: the synthesis failed and has printed the reason; with its exit code.
    """
    folder = outdir or output_folder()
    code = subprocess.run(
        [sys.executable, str(MAIN), *options, environment],
        env=os.environ | {"CDKTF_OUTDIR": str(folder)},
        check=False,
    ).returncode
    if code:
        raise RunnerError(f"Synthesis of {environment} failed. Terraform was not run.", code)
    return read_manifest(folder)
