"""A Kubernetes API for the session, empty before each file that fills it."""

from collections.abc import Iterator

import pytest

from tools.kubernetes import Client, Cluster, start


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with start() as running:
        yield running


@pytest.fixture(scope="session")
def client(cluster: Cluster) -> Client:
    return cluster.client()
