"""Two Kubernetes APIs for the session: one for platforms, and one that is empty at first.

The tests of a file leave the empty one as they found it.
"""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from config import versions
from modules.addons.argo_cd.addon import ADDON as ARGO_CD
from modules.merge import merged
from support.addon_environments import combined
from support.applied_platform import AppliedPlatform, objects_of
from support.members import TEAM, ArgoCd, all_rights
from support.provider import SharedProvider, runnable_settings
from tools import emulator
from tools.emulator import LocalAws
from tools.kubernetes import Client, Cluster, start

RECORDED = Path(__file__).with_name("recorded")
"""What an earlier version wrote. Add those of releases; take none away."""

ADDITIONS: dict[str, dict[str, Any]] = {
    "dev": {"teams": {TEAM: {"namespaces": {TEAM: {}}, "hosts": ["sample.gitops.example.com"]}}}
}
"""What an example has here besides."""


REPORTS = pytest.StashKey[dict[str, str]]()
"""By example, which of its charts are real."""


def pytest_configure(config: pytest.Config) -> None:
    """Begins without reports."""
    config.stash[REPORTS] = {}


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says which charts were real ones, so that a stand-in is not taken for one."""
    for name, report in config.stash[REPORTS].items():
        terminalreporter.section(f"charts of {name}")
        terminalreporter.write_line(report)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A control plane of ours, without nodes and without objects of others."""
    with start(versions.minors()[-1], own=True) as running:
        yield running


@pytest.fixture(scope="session")
def client(cluster: Cluster) -> Client:
    return cluster.client()


@pytest.fixture(scope="session")
def platform_cluster() -> Iterator[Cluster]:
    """The cluster for one platform after the other; one of kind, if KUBECONFIG leads to it."""
    with start(versions.minors()[-1]) as running:
        yield running


@pytest.fixture(scope="session")
def platform_client(platform_cluster: Cluster) -> Client:
    return platform_cluster.client()


@pytest.fixture(scope="session")
def platform_aws() -> Iterator[LocalAws]:
    """The account of the platforms: tests between two of them empty that of the worker."""
    with emulator.start() as aws:
        yield aws


@pytest.fixture(scope="session")
def platform_provider(platform_aws: LocalAws) -> Iterator[SharedProvider]:
    """One process of the AWS provider for the platforms' account."""
    with ExitStack() as processes:
        yield SharedProvider(platform_aws, processes)


@pytest.fixture(scope="session")
def platform(
    request: pytest.FixtureRequest,
    platform_aws: LocalAws,
    platform_provider: SharedProvider,
    platform_cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AppliedPlatform]:
    """The applied platform of an example, which is destroyed to nothing after its last test.

    All tests of an example run one after the other, whichever files they are in. An example that
    an earlier version has written is upgraded from there; the others are applied at once.
    """
    name: str = request.param
    platform_aws.reset()
    client = platform_cluster.client()
    before = objects_of(client)
    environment = combined([name], **merged(runnable_settings(), ADDITIONS.get(name, {})))
    folder = tmp_path_factory.mktemp(name)
    made = AppliedPlatform(environment, platform_aws, platform_provider, platform_cluster, folder)
    request.config.stash[REPORTS][name] = made.charts.report
    made.add_nodes()
    with made.serving():
        made.check("init", "-input=false")
        earlier = RECORDED / f"{name}-platform.json.gz"
        if earlier.is_file():
            made.upgrade(gzip.decompress(earlier.read_bytes()).decode())
        else:
            made.check("apply", "-auto-approve", "-input=false")
        yield made
        made.check("destroy", "-auto-approve", "-input=false")
    made.remove_nodes()
    assert objects_of(client) - before == set()


@pytest.fixture
def argo_cd(
    platform: AppliedPlatform, platform_cluster: Cluster, platform_client: Client
) -> Iterator[ArgoCd]:
    """Argo CD's application controller, with all rights in the cluster as its chart binds it."""
    namespace = ARGO_CD.namespace_in(platform.environment)
    with all_rights(platform_client, namespace):
        yield ArgoCd(platform_cluster, platform_client, namespace)


@pytest.fixture
def project(platform: AppliedPlatform, platform_client: Client) -> dict[str, Any]:
    """The AppProject of the team."""
    namespace = ARGO_CD.namespace_in(platform.environment)
    found = platform_client.get("argoproj.io/v1alpha1", "AppProject", TEAM, namespace)
    assert found is not None
    return found
