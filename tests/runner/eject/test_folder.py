"""Folders of ejected stacks: nothing of the user is replaced without being told to."""

from pathlib import Path

import pytest

from runner.eject.folder import Folder, write_all
from runner.errors import RunnerError


def folders(path: Path, text: str = "a\n") -> list[Folder]:
    assets = path / "source"
    (assets / "chart").mkdir(parents=True, exist_ok=True)
    (assets / "chart" / "Chart.yaml").write_text("name: own\n")
    files = {"vpc.tf": text}
    return [
        Folder(path / "out" / "network", files),
        Folder(path / "out" / "platform", files, {"assets": assets}),
    ]


def test_a_second_time_writes_nothing(tmp_path: Path) -> None:
    assert write_all(folders(tmp_path), force=False) == folders(tmp_path)
    assert write_all(folders(tmp_path), force=False) == []


def test_what_terraform_wrote_counts_as_nothing_and_stays(tmp_path: Path) -> None:
    network = tmp_path / "out" / "network"
    (network / ".terraform").mkdir(parents=True)
    (network / ".terraform.lock.hcl").write_text("mine")
    (network / "terraform.tfstate").write_text("{}")
    write_all(folders(tmp_path), force=False)
    write_all(folders(tmp_path, "b\n"), force=True)
    assert (network / ".terraform.lock.hcl").read_text() == "mine"
    assert sorted(each.name for each in network.iterdir()) == [
        ".terraform",
        ".terraform.lock.hcl",
        "terraform.tfstate",
        "vpc.tf",
    ]


@pytest.mark.parametrize(
    ("file", "text"), [("network/own.tf", "x"), ("platform/assets/chart/Chart.yaml", "name: x\n")]
)
def test_other_content_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, text: str
) -> None:
    write_all(folders(tmp_path), force=False)
    changed = tmp_path / "out" / file
    changed.write_text(text)
    with pytest.raises(
        RunnerError, match=f"(?s)nothing was written.*{file.split('/', maxsplit=1)[0]}: "
    ) as error:
        write_all(folders(tmp_path, "b\n"), force=False)
    assert error.value.exit_code == 2
    assert changed.read_text() == text
    assert (tmp_path / "out" / "network" / "vpc.tf").read_text() == "a\n"
    write_all(folders(tmp_path), force=True)
    assert not (tmp_path / "out" / "network" / "own.tf").exists()
    assert write_all(folders(tmp_path), force=False) == []


def test_the_lock_file_of_providers_is_copied_once(tmp_path: Path) -> None:
    lock = tmp_path / "network.lock.hcl"
    lock.write_text("locked")
    [folder] = made = [Folder(tmp_path / "network", {"a.tf": ""}, {".terraform.lock.hcl": lock})]
    write_all(made, force=False)
    copied = folder.path / ".terraform.lock.hcl"
    assert copied.read_text() == "locked"
    copied.write_text("upgraded")
    assert write_all(made, force=False) == []
