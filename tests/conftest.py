"""Fixtures that all tests share: one synth of the environments a session."""

import bindings

bindings.install()

import pytest  # noqa: E402

from support.output import Output, synthesized_output  # noqa: E402


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """The synthesized output of config/environments."""
    return synthesized_output(tmp_path_factory.mktemp("cdktf.out"))
