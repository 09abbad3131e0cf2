"""Fixtures that tests share: one synth of the examples a run, one local AWS a worker."""

import bindings

bindings.install()
bindings.start()

import os  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import ExitStack  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from config.extensions import VARIABLE  # noqa: E402
from support import once  # noqa: E402
from support.environment_files import Project  # noqa: E402
from support.fake_terraform import FakeTerraform  # noqa: E402
from support.made_charts import use_stand_ins  # noqa: E402
from support.output import Output, synthesized_output  # noqa: E402
from support.properties import examples  # noqa: E402
from support.provider import SharedProvider  # noqa: E402
from tools import emulator  # noqa: E402
from tools.emulator import LocalAws  # noqa: E402
from tools.provider_mirror import mirror_environment  # noqa: E402

# How long an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None, max_examples=examples(100))
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option by which addresses and names of resources are accepted as they are now."""
    parser.addoption("--update-goldens", action="store_true", help="write tests/goldens anew")


def pytest_configure(config: pytest.Config) -> None:
    """Makes Terraform use a provider mirror, on machines that have one, and loads no extensions."""
    os.environ.update(mirror_environment(os.environ))
    os.environ[VARIABLE] = os.devnull
    if once.begin():
        config.add_cleanup(once.end)
    use_stand_ins()


@pytest.fixture(autouse=True)
def errors_of_node() -> Iterator[None]:
    """Raises an error of Node.js in the test that caused it."""
    yield
    bindings.wait()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty working directory but for good.yaml, which has all but a name."""
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture(scope="session")
def output() -> Output:
    """The synthesized output of examples/environments. No test changes it."""
    folder = once.once("examples", synthesized_output)
    return Output(folder)


@pytest.fixture(scope="session")
def worker_aws() -> Iterator[LocalAws]:
    """The emulated account of all tests of a worker; `running_aws` gives it to one file."""
    with emulator.start() as aws:
        yield aws


@pytest.fixture(scope="module")
def running_aws(worker_aws: LocalAws) -> LocalAws:
    """An emulated account that is empty when the first test of a file begins."""
    worker_aws.reset()
    return worker_aws


@pytest.fixture(scope="session")
def provider(worker_aws: LocalAws) -> Iterator[SharedProvider]:
    """One process of the AWS provider for the emulated account."""
    with ExitStack() as processes:
        yield SharedProvider(worker_aws, processes)


@pytest.fixture
def empty_account(running_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> LocalAws:
    """An empty emulated account; this process talks to it."""
    running_aws.reset()
    for name, value in running_aws.environment.items():
        monkeypatch.setenv(name, value)
    return running_aws


@pytest.fixture
def aws(empty_account: LocalAws) -> LocalAws:
    """An emulated account; folders whose tests begin with something in it add that here."""
    return empty_account


@pytest.fixture
def fake_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTerraform:
    """A terraform that only writes down how it was called."""
    return FakeTerraform(tmp_path, monkeypatch)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files that take longest first, so that no worker is left with one at the end.

    A whole life of an environment comes before whole stacks with Terraform, those before everything
    else that runs Terraform, and that before everything else.
    """
    with_terraform = {item.path for item in items if item.get_closest_marker("terraform")}
    items.sort(
        key=lambda item: (
            item.path.parent.name != "lifecycle",
            item.path not in with_terraform,
            item.path.parent.name != "stacks",
        )
    )
