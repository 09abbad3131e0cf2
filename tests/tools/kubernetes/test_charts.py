"""`make charts` fetches every pinned chart once, and notices an archive that was replaced."""

from pathlib import Path

import pytest

from config import versions
from runner.errors import RunnerError
from tools.kubernetes import charts


def fetched(repository: str, chart: str, version: str) -> bytes:
    return f"{repository} {chart} {version}".encode()


def offline(repository: str, chart: str, version: str) -> bytes:
    raise RunnerError(f"{chart} {version}: {repository}: no such host")


def made(chart: str, version: str) -> bytes | None:
    return f"{chart} {version}".encode() if versions.bundle_of(chart) else None


def _run(folder: Path) -> int:
    return charts.main([f"--folder={folder}"])


def test_every_pinned_version_is_fetched_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "download", fetched)
    monkeypatch.setattr(charts, "made_chart", made)
    assert _run(tmp_path) == 0
    chart = versions.table().charts["cert-manager"]
    archive = tmp_path / f"cert-manager-{chart.version}.tgz"
    assert archive.read_bytes() == fetched(chart.repository, "cert-manager", chart.version)
    recorded = (tmp_path / charts.DIGESTS).read_text().splitlines()
    assert len(recorded) == len([*tmp_path.glob("*.tgz")]) >= len(versions.table().charts)
    monkeypatch.setattr(charts, "download", offline)
    assert _run(tmp_path) == 0


def test_without_a_network_each_chart_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(charts, "download", offline)
    assert _run(tmp_path) == 1
    chart = versions.table().charts["cert-manager"]
    line = f"cert-manager {chart.version}: {chart.repository}: no such host\n"
    assert line in capsys.readouterr().err


def test_an_archive_that_was_replaced_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(charts, "download", fetched)
    _run(tmp_path)
    archive = min(tmp_path.glob("*.tgz"))
    archive.write_text("another")
    assert _run(tmp_path) == 1
    assert f"{archive.name}: its digest is not the one in" in capsys.readouterr().err
