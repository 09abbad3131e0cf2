"""Runs Python in separate processes, because an import cannot be undone."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bindings

ROOT = Path(bindings.__file__).parent.parent

RunPython = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def clean_env() -> dict[str, str]:
    """The environment without anything that this process or its conftest has added."""
    ours = {
        bindings.SWITCH,
        "NODE_OPTIONS",
        "JSII_NODE",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION",
    }
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"PYTHONPATH": str(ROOT), "CHECKPOINT_DISABLE": "1"}


@pytest.fixture(scope="session")
def run_python(clean_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> RunPython:
    """Runs Python with the given arguments and extra environment, and expects it to succeed."""
    # With -c Python looks for modules in the current folder first, and that must not be ours.
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=elsewhere,
            env=clean_env | env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result

    return run
