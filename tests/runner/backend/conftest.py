"""Fixtures of the backend's tests."""

from pathlib import Path

import pytest

from support.bootstrapping import StateBackend
from support.environments import environment
from support.output import Output, synthesized_output
from support.provider import SharedProvider, per_command
from tools.emulator import LocalAws


@pytest.fixture(scope="session")
def state_stacks(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """State stacks that every AWS provider in use can run: a plain one and one with everything."""
    return synthesized_output(
        tmp_path_factory.mktemp("state-stacks"),
        environment(name="dev"),
        environment(name="prod", state={"lock": "both", "replica_region": "eu-central-1"}),
    )


@pytest.fixture
def dev(aws: LocalAws, state_stacks: Output, tmp_path: Path) -> StateBackend:
    """The state stack of dev, not bootstrapped."""
    return StateBackend(aws, "dev", state_stacks, tmp_path / "cdktf.out")


@pytest.fixture
def prod(aws: LocalAws, state_stacks: Output, tmp_path: Path) -> StateBackend:
    """The state stack of prod: locked twice, with a replica in another region."""
    return StateBackend(aws, "prod", state_stacks, tmp_path / "cdktf.out")


@pytest.fixture
def aws(
    empty_account: LocalAws, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> LocalAws:
    """An emulated account with nothing in it: the bootstrap makes the bucket."""
    if request.node.get_closest_marker("terraform"):
        provider: SharedProvider = request.getfixturevalue("provider")
        for name, value in (per_command() | provider.variables()).items():
            monkeypatch.setenv(name, value)
    return empty_account
