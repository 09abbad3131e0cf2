"""Two regions with load balancers, clusters and nodes."""

from collections.abc import Iterator

import pytest

from config.environment import Environment
from rules.load import EXAMPLES, load
from runner.manifest import Stack, read_manifest
from support.failover import Region
from support.output import Output
from support.regions import PLATFORM
from tools.emulator import LocalAws


@pytest.fixture
def environments() -> list[Environment]:
    return load([EXAMPLES / f"{PLATFORM}.yaml"])


@pytest.fixture
def stacks(output: Output, environments: list[Environment]) -> list[Stack]:
    names = {each.name for each in environments}
    return [each for each in read_manifest(output.path) if each.environment in names]


@pytest.fixture
def regions(
    empty_account: LocalAws, environments: list[Environment]
) -> Iterator[dict[str, Region]]:
    yield {each.name: Region(empty_account, each) for each in environments}
    assert empty_account.failures() == []
