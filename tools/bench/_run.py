"""One synth in a fresh process."""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import bindings
from tools.bench._memory import PeakMemory, Usage


class ProgramError(RuntimeError):
    """The measured program did not end well."""


@dataclass(frozen=True)
class Run:
    """What one run took and what it wrote.

    Attributes:
        seconds: Wall time from start to end of the process.
        memory: Peak of the process and its children, if the system tells.
        output: SHA-256 of each file in the output folder, by its path inside that folder.
    """

    seconds: float
    memory: Usage | None
    output: dict[str, str]


def run(program: Path, arguments: list[str], *, lazy: bool) -> Run:
    """Runs the program once, with the lazy bindings or with the bindings as published.

    Args:
        program: A Python program that calls `bindings.install()` and writes its output to the
            folder named by the environment variable CDKTF_OUTDIR.
        arguments: Its command line.
        lazy: Whether the lazy bindings are on.

    Returns:
        Time, memory and digest of the output.

    Raises:
        ProgramError: The program failed, or wrote nothing.
    """
    with (
        tempfile.TemporaryDirectory() as outdir,
        tempfile.TemporaryFile("w+", errors="replace") as log,
    ):
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, str(program), *arguments],
            cwd=program.parent,
            env=_environment(outdir, lazy=lazy),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        memory = PeakMemory(process.pid)
        code = process.wait()
        seconds = time.perf_counter() - started
        usage = memory.stop()
        if code:
            log.seek(0)
            raise ProgramError(f"{program.name} ended with exit code {code}:\n{log.read().strip()}")
        output = _digests(Path(outdir))
    if not output:
        raise ProgramError(f"{program.name} wrote nothing to the folder named by CDKTF_OUTDIR")
    return Run(seconds, usage, output)


def _environment(outdir: str, *, lazy: bool) -> dict[str, str]:
    env = os.environ | {
        "CDKTF_OUTDIR": outdir,
        "CHECKPOINT_DISABLE": "1",
        bindings.SWITCH: "1" if lazy else "0",
    }
    # Either variant shall find its modules compiled: that is how programs are installed.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
