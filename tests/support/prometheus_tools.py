"""promtool and amtool: on the PATH, or as scripts/setup-promtools unpacked them."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(__file__).parents[2] / ".promtools" / "usr" / "bin"


def promtool() -> Path:
    """The promtool binary; the test is skipped where there is none."""
    return _tool("promtool")


def amtool() -> Path:
    """The amtool binary; the test is skipped where there is none."""
    return _tool("amtool")


def version(tool: Path) -> tuple[int, int]:
    """Major and minor version of a tool: what it checks depends on it."""
    done = subprocess.run([str(tool), "--version"], capture_output=True, text=True, check=True)
    # Old ones write to standard error.
    found = re.search(r"version (\d+)\.(\d+)", done.stdout + done.stderr)
    assert found is not None, f"{tool} does not tell its version"
    return int(found[1]), int(found[2])


def _tool(name: str) -> Path:
    found = shutil.which(name) or shutil.which(name, path=str(FOLDER))
    if found is None:
        pytest.skip(f"no {name} on the PATH or in .promtools: run scripts/setup-promtools")
    return Path(found)
