"""`make eject`: folders for an environment, without its state or AWS being touched."""

import json
from pathlib import Path

import pytest

from support.command import command


def test_it_writes_a_folder_for_each_stack_and_says_where(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "untouched"))
    done = command(capfd, "eject", "minimal", "--to", str(tmp_path / "hcl"))
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "hcl" / "minimal"
    stacks = ["state", "network", "cluster", "edge", "platform"]
    assert done.stdout.splitlines()[:5] == [f"{folder / each}: written" for each in stacks]
    assert {each.name for each in folder.iterdir()} == {*stacks}
    assert (folder / "network" / "vpc.tf").is_file()
    charts = list((folder / "platform" / "assets" / "custom_resources_chart").iterdir())
    assert [(each / "Chart.yaml").is_file() for each in charts] == [True]
    assert not (tmp_path / "untouched").exists()

    (folder / "network" / "vpc.tf").write_text("# changed\n")
    again = command(capfd, "eject", "minimal", "--to", str(tmp_path / "hcl"))
    assert again.returncode == 2
    assert f"{folder / 'network'}: vpc.tf\n" in again.stderr
    assert (folder / "network" / "vpc.tf").read_text() == "# changed\n"

    forced = command(capfd, "eject", "minimal", "--to", str(tmp_path / "hcl"), "--force")
    assert forced.returncode == 0, forced.stderr
    assert f"{folder / 'network'}: written\n" in forced.stdout
    assert f"{folder / 'edge'}: is up to date\n" in forced.stdout


def test_an_environment_that_is_wrong_writes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(json.dumps({"name": "wrong", "nework": {}}))
    done = command(capfd, "eject", str(file), "--to", str(tmp_path / "hcl"))
    assert done.returncode == 2
    assert "nework" in done.stderr
    assert "Nothing was written." in done.stderr
    assert not (tmp_path / "hcl").exists()
