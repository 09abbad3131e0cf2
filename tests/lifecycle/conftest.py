"""Fixtures of the tests of whole environments and of clusters that are disturbed."""

import json
from collections import Counter
from pathlib import Path

import pytest

from support.live_cluster import LiveCluster
from support.once import once
from support.provider import SharedProvider
from tools.emulator import LocalAws


@pytest.fixture(scope="module")
def aws(running_aws: LocalAws) -> LocalAws:
    return running_aws


@pytest.fixture(scope="module")
def undisturbed(
    aws: LocalAws, provider: SharedProvider, tmp_path_factory: pytest.TempPathFactory
) -> "Counter[str]":
    """What there is in the account after one apply of the small cluster that nothing disturbs."""

    def count(folder: Path) -> None:
        live = LiveCluster(aws, tmp_path_factory.mktemp("undisturbed"), provider)
        live.check("apply", "-auto-approve", "-input=false")
        (folder / "existing.json").write_text(json.dumps(live.existing()))

    return Counter(json.loads((once("undisturbed", count) / "existing.json").read_text()))
