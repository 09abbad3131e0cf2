"""The folder in which a bootstrap works."""

import pytest

from runner.backend.bootstrap_dir import PROVIDER_LOCK
from support.bootstrapping import StateBackend


@pytest.mark.parametrize("pinned", [True, False])
def test_providers_that_a_checkout_has_pinned_are_pinned_there_too(
    pinned: bool, dev: StateBackend
) -> None:
    if pinned:
        (dev.stack.directory / PROVIDER_LOCK).write_text("chosen")
    with dev.lock() as bootstrap_dir:
        bootstrap_dir.open()
        bootstrap_dir.place(dev.stack)
    assert (dev.folder / PROVIDER_LOCK).is_file() is pinned
