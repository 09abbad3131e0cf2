"""Fixtures that all tests share: one synth of the environments a session."""

import bindings

bindings.install()

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from support.output import Output, synthesized_output  # noqa: E402

# How long an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """The synthesized output of config/environments."""
    return synthesized_output(tmp_path_factory.mktemp("cdktf.out"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files that take longest first, so that no worker is left with one at the end.

    A whole life of an environment comes before everything else that runs Terraform, and that
    before everything else.
    """
    with_terraform = {item.path for item in items if item.get_closest_marker("terraform")}
    items.sort(
        key=lambda item: (item.path.parent.name != "lifecycle", item.path not in with_terraform)
    )
