"""Fixtures of the tests of `make check`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from support.checked import Checked, own_stacks
from support.environments import example
from support.output import Output
from tools.emulator import LocalAws


@pytest.fixture
def checked(empty_account: LocalAws, output: Output, tmp_path: Path) -> Callable[[str], Checked]:
    """Gives what is checked, by the name of an example."""

    def make(name: str) -> Checked:
        return Checked(empty_account, example(name), own_stacks(output.path, name), tmp_path)

    return make
