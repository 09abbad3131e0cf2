"""The charts of the tests on a Kubernetes API: real ones from a folder, else stand-ins."""

import tarfile
from pathlib import Path

import pytest
import yaml

from modules.addons.catalog import rendered
from support.environments import environment
from support.helm import HelmMissingError, template
from tools.standins.cluster_charts import VARIABLE, Charts

NAME = "cert-manager"


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "archives"
    folder.mkdir()
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def _added(folder: Path) -> tuple[Charts, str]:
    folder.mkdir()
    release = rendered(environment())[NAME]
    charts = Charts(folder, "Q0E=")
    charts.add({NAME: release})
    return charts, f"{NAME}-{release.version}"


def test_an_archive_in_the_folder_is_a_real_chart(archives: Path, tmp_path: Path) -> None:
    _, name = _added(tmp_path / "first")
    with tarfile.open(archives / f"{name}.tgz", "w:gz") as made:
        made.add(tmp_path / "first" / name, NAME)
    charts, _ = _added(tmp_path / "second")
    assert (charts.real, charts.stand_ins) == ({NAME}, set())
    assert f"real charts: {NAME}\n" in charts.report
    assert [path.name for path in charts.folder.iterdir()] == [f"{name}.tgz"]


def test_a_stand_in_has_the_webhooks_of_the_chart_and_trusts_what_answers(
    archives: Path, tmp_path: Path
) -> None:
    assert not [*archives.iterdir()]
    charts, name = _added(tmp_path / "charts")
    assert (charts.real, charts.stand_ins) == (set(), {NAME})
    values = yaml.safe_dump(dict(rendered(environment())[NAME].values))
    try:
        objects = template(charts.folder / name, NAME, values)
    except HelmMissingError as missing:
        pytest.skip(str(missing))
    (webhooks,) = [each for each in objects if each["kind"].endswith("WebhookConfiguration")]
    (webhook,) = webhooks["webhooks"]
    assert (webhook["name"], webhook["failurePolicy"]) == ("webhook.cert-manager.io", "Fail")
    service = webhook["clientConfig"]["service"]["name"]
    assert webhook["clientConfig"]["caBundle"] == "Q0E="
    assert service in {each["metadata"]["name"] for each in objects if each["kind"] == "Service"}
