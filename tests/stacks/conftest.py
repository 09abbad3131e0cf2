"""Fixtures of the tests that apply one stack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.edge import EdgeOnAws
from tools import emulator


@pytest.fixture
def on_aws(tmp_path: Path) -> Iterator[EdgeOnAws]:
    """A network on a local AWS of its own, for an edge stack."""
    with emulator.start() as aws:
        yield EdgeOnAws(aws, tmp_path)
