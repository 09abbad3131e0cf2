"""What one run of the tests makes once, for all of its workers."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

VARIABLE: Final = "EKS_PLATFORM_TEST_RUN"
"""Names the run's folder; workers inherit it from the process that starts them."""


def begin() -> bool:
    """Makes the run's folder; false in a worker, where it exists already."""
    if VARIABLE in os.environ:
        return False
    os.environ[VARIABLE] = mkdtemp(prefix="eks-platform-tests-")
    return True


def end() -> None:
    """Removes the run's folder."""
    shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)


def once(name: str, fill: Callable[[Path], object]) -> Path:
    """A folder that the first worker that needs it fills, and that does not change afterwards."""
    folder = Path(os.environ[VARIABLE], name)
    done = folder.with_name(f"{name}.done")
    if not done.exists():
        with folder.with_name(f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                # A worker that was interrupted may have left half of it.
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                done.touch()
    return folder
