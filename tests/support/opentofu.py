"""The OpenTofu of this machine, for tests that run it."""

import os
import shutil

import pytest

from runner.binary import OPENTOFU, VARIABLE, program
from runner.errors import RunnerError

PLACE = "TOFU"
"""The environment variable with its path, where it is not on the PATH."""


def opentofu() -> str:
    """Its path; skips the test where there is none that can run the stacks."""
    named = os.environ.get(PLACE) or OPENTOFU.program
    path = shutil.which(named)
    if path is None:
        pytest.skip(f"no OpenTofu: {named} is not on the PATH, and {PLACE} names none")
    try:
        found = program(os.environ | {VARIABLE: path})
    except RunnerError as error:
        pytest.skip(str(error))
    if found.product is not OPENTOFU or found.version < OPENTOFU.minimum:
        pytest.skip(f"{path} is {found.product.name} {found.version}")
    return path
