"""Two regions with load balancers, clusters and nodes."""

from collections.abc import Iterator

import pytest

from config.environment import Environment
from runner.manifest import Stack, read_manifest
from support.failover import Region
from support.output import Output, synthesized_output
from support.regions import platform
from tools.emulator import LocalAws


@pytest.fixture(scope="session")
def without_copies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Output, list[Environment]]:
    """The example without data that is copied, and its environments."""
    folder = tmp_path_factory.mktemp("failover")
    settings = {"replication": None, "cluster": {"efs": None}}
    environments = platform(folder, **settings)
    return synthesized_output(folder / "cdktf.out", *environments), environments


@pytest.fixture
def environments(without_copies: tuple[Output, list[Environment]]) -> list[Environment]:
    return without_copies[1]


@pytest.fixture
def stacks(without_copies: tuple[Output, list[Environment]]) -> list[Stack]:
    return read_manifest(without_copies[0].path)


@pytest.fixture
def regions(
    empty_account: LocalAws, environments: list[Environment]
) -> Iterator[dict[str, Region]]:
    yield {each.name: Region(empty_account, each) for each in environments}
    assert empty_account.failures() == []
