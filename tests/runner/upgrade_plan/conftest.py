"""The plan of an upgrade, without AWS and without a cluster."""

from collections.abc import Iterator

import pytest

from runner.upgrade_plan.plan import Plan, plan
from support.upgrades import loaded, write_shop


@pytest.fixture(autouse=True)
def without_kubeconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """The plan of an upgrade from 1.34 to 1.35."""
    file = write_shop(tmp_path_factory.mktemp("shop"))
    with pytest.MonkeyPatch.context() as patch:
        no_credentials(patch)
        yield plan(loaded(file), "1.35", tmp_path_factory.mktemp("plan"), "shop")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    no_credentials(monkeypatch)


def no_credentials(patch: pytest.MonkeyPatch) -> None:
    """Lets boto3 find no credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        patch.delenv(name, raising=False)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    patch.setenv("AWS_CONFIG_FILE", "/dev/null")
