"""A Kubernetes API for the session, and on it the platform of one example after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from modules.merge import merged
from support.addon_environments import combined
from support.applied_platform import AppliedPlatform, objects_of
from support.charts import ChartsMissingError, charts_folder
from support.provider import runnable_settings
from tools import emulator
from tools.emulator import LocalAws
from tools.kubernetes import Client, Cluster, start


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with start() as running:
        yield running


@pytest.fixture(scope="session")
def client(cluster: Cluster) -> Client:
    return cluster.client()


@pytest.fixture(scope="session")
def local_aws() -> Iterator[LocalAws]:
    with emulator.start() as running:
        yield running


@pytest.fixture(scope="module")
def platform(
    request: pytest.FixtureRequest,
    local_aws: LocalAws,
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AppliedPlatform]:
    """An applied platform, which is destroyed to nothing after the last test of a file.

    The parameter is the name of the example, which may have further settings beside it.
    """
    name, settings = request.param if isinstance(request.param, tuple) else (request.param, {})
    folder = tmp_path_factory.mktemp(name)
    with _platform(name, local_aws, cluster, folder, **settings) as made:
        made.add_nodes()
        made.check("apply", "-auto-approve", "-input=false")
        yield made


@pytest.fixture
def empty_platform(
    request: pytest.FixtureRequest, local_aws: LocalAws, cluster: Cluster, tmp_path: Path
) -> Iterator[AppliedPlatform]:
    """A platform that the test applies itself, on a cluster without nodes."""
    with _platform(request.param, local_aws, cluster, tmp_path) as made:
        yield made


@contextmanager
def _platform(
    name: str, local_aws: LocalAws, cluster: Cluster, folder: Path, **settings: Any
) -> Iterator[AppliedPlatform]:
    try:
        charts_folder()
    except ChartsMissingError as error:
        pytest.skip(str(error))
    local_aws.reset()
    client = cluster.client()
    before = objects_of(client)
    made = AppliedPlatform(
        combined([name], **merged(runnable_settings(), settings)), local_aws, cluster, folder
    )
    print(made.charts.report)
    made.check("init", "-input=false")
    yield made
    made.check("destroy", "-auto-approve", "-input=false")
    made.remove_nodes()
    assert objects_of(client) - before == set()
