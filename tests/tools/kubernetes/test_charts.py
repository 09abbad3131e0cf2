"""`make charts` fetches every pinned chart once, and notices an archive that was replaced."""

from pathlib import Path

import pytest

from config import versions
from tools.kubernetes import Programs, charts

FETCHES = """#!/bin/sh
while [ "$1" != --version ]; do last=$1 name=${name:-$2}; shift; done
: > "$4/${name##*/}-$2.tgz"
"""
OFFLINE = "#!/bin/sh\necho 'Error: no such host' >&2\nexit 1\n"


@pytest.fixture
def helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "helm"
    program.touch(mode=0o755)
    monkeypatch.setattr(charts, "find", lambda: Programs({"helm": (str(program),)}))
    return program


def _run(folder: Path) -> int:
    return charts.main([f"--folder={folder}"])


def test_every_pinned_version_is_fetched_and_kept(helm: Path, tmp_path: Path) -> None:
    folder = tmp_path / "charts"
    helm.write_text(FETCHES)
    assert _run(folder) == 0
    chart = versions.table().charts["cert-manager"]
    assert (folder / f"cert-manager-{chart.version}.tgz").is_file()
    recorded = (folder / charts.DIGESTS).read_text()
    assert (
        len(recorded.splitlines()) == len([*folder.glob("*.tgz")]) >= len(versions.table().charts)
    )
    helm.write_text(OFFLINE)
    assert _run(folder) == 0


def test_without_a_network_each_chart_is_named(
    helm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    helm.write_text(OFFLINE)
    assert _run(tmp_path / "charts") == 1
    chart = versions.table().charts["cert-manager"]
    assert f"cert-manager {chart.version}: Error: no such host\n" in capsys.readouterr().err


def test_an_archive_that_was_replaced_is_reported(
    helm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "charts"
    helm.write_text(FETCHES)
    _run(folder)
    archive = min(folder.glob("*.tgz"))
    archive.write_text("another")
    assert _run(folder) == 1
    assert f"{archive.name}: its digest is not the one in" in capsys.readouterr().err
