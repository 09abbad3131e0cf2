"""Fixtures of the tests that apply one stack."""

from pathlib import Path

import pytest

from support.edge import EdgeOnAws
from support.provider import SharedProvider
from tools.emulator import LocalAws


@pytest.fixture
def on_aws(running_aws: LocalAws, provider: SharedProvider, tmp_path: Path) -> EdgeOnAws:
    """A network in an account that is otherwise empty, for an edge stack."""
    running_aws.reset()
    return EdgeOnAws(running_aws, provider.variables(), tmp_path)
