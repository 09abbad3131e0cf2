"""Synthesizes environments before a command runs on them."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from runner.errors import RunnerError
from runner.manifest import Stack, by_environment, read_manifest

MAIN: Final = Path(__file__).resolve().parent.parent / "main.py"


def output_folder() -> Path:
    """The output folder of the synthesis: `CDKTF_OUTDIR`, or `cdktf.out` in the current folder."""
    return Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")).resolve()


def synthesize(
    *environments: str,
    outdir: Path | None = None,
    options: Sequence[str] = (),
    quiet: bool = False,
    main: Path = MAIN,
) -> list[Stack]:
    """Synthesizes environments in a new process; returns their stacks in the order of apply.

    Args:
        environments: names from environments/ or examples/environments/, or paths of files; none
            for those that main.py takes without a name.
        outdir: default: the output folder of the synthesis.
        options: options of main.py.
        quiet: print nothing unless it fails.
        main: the program, of this folder or of another copy of it.

    Raises:
        RunnerError: the synthesis failed and has printed the reason; with its exit code.
    """
    folder = outdir or output_folder()
    done = subprocess.run(
        [sys.executable, str(main), *options, *environments],
        env=os.environ | {"CDKTF_OUTDIR": str(folder)},
        stderr=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
    )
    if code := done.returncode:
        sys.stderr.write(done.stderr or "")
        what = ", ".join(environments) or "the environments"
        raise RunnerError(f"Synthesis of {what} failed. Terraform was not run.", code)
    return read_manifest(folder)


def print_summary(stacks: Sequence[Stack], folder: Path, say: Callable[[str], object]) -> None:
    """Says what a synthesis has written: folder, stacks, and the number of their resources."""
    for environment, own in by_environment(stacks).items():
        counts = {stack.short_name: resources(stack.document) for stack in own}
        say(f"{environment}: {sum(counts.values())} resources in {len(own)} stacks")
        for stack in own:
            say(f"  {counts[stack.short_name]:>4}  {stack.directory.relative_to(folder)}")
    say(f"Written to {folder}.")


def resources(document: dict[str, Any]) -> int:
    """The number of resources in a stack's Terraform JSON."""
    return sum(len(bodies) for bodies in document.get("resource", {}).values())
