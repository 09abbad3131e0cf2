"""Fixtures of the tests that disturb a cluster while it is made."""

from collections import Counter
from collections.abc import Iterator

import pytest

from support.live_cluster import LiveCluster
from tools import emulator
from tools.emulator import LocalAws


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with emulator.start() as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> "Counter[str]":
    """What there is in the account after one apply of the small cluster that nothing disturbs."""
    live = LiveCluster(aws, tmp_path_factory.mktemp("undisturbed"))
    live.check("apply", "-auto-approve", "-input=false")
    return live.existing()
