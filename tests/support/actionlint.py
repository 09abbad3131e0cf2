"""actionlint: on the PATH, or as scripts/setup-actionlint built it."""

import shutil
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(__file__).parents[2] / ".actionlint"


def actionlint() -> Path:
    """The binary; the test is skipped where there is none."""
    found = shutil.which("actionlint") or shutil.which("actionlint", path=str(FOLDER))
    if found is None:
        pytest.skip("no actionlint on the PATH or in .actionlint: run scripts/setup-actionlint")
    return Path(found)
