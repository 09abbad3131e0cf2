"""What Node.js keeps from one run for the next, and that a run never depends on it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import bindings

RunPython = Callable[..., subprocess.CompletedProcess[str]]

IMPORT = "import bindings; bindings.install(); import cdktf; print('imported')"
CODE_CACHE = Path(bindings.__file__).with_name("code-cache.cjs")


@pytest.fixture
def run_import(run_python: RunPython) -> Callable[[Path], None]:
    """Imports cdktf with another cache folder, and expects no other word about it."""

    def run(caches: Path) -> None:
        result = run_python("-c", IMPORT, XDG_CACHE_HOME=str(caches))
        assert (result.stdout, result.stderr) == ("imported\n", "")

    return run


def kept(caches: Path) -> Path:
    [file] = (caches / "cdktf-lazy-bindings").iterdir()
    return file


def test_a_second_run_compiles_and_writes_nothing(
    tmp_path: Path, run_import: Callable[[Path], None]
) -> None:
    run_import(tmp_path)
    first = kept(tmp_path).stat()
    run_import(tmp_path)
    second = kept(tmp_path).stat()
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)
    assert first.st_size > 100_000


@pytest.mark.parametrize("damaged", [b"", b"{}\n", b"not JSON\n", b"no end of a line"])
def test_a_damaged_file_is_replaced(
    tmp_path: Path, run_import: Callable[[Path], None], damaged: bytes
) -> None:
    run_import(tmp_path)
    file = kept(tmp_path)
    size = file.stat().st_size
    file.write_bytes(damaged)
    run_import(tmp_path)
    assert kept(tmp_path).stat().st_size > size / 2


def test_a_file_cut_short_is_completed(tmp_path: Path, run_import: Callable[[Path], None]) -> None:
    run_import(tmp_path)
    file = kept(tmp_path)
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[: size // 2])
    run_import(tmp_path)
    assert kept(tmp_path).stat().st_size > size * 3 / 4


def test_a_folder_that_cannot_be_made_is_no_obstacle(
    tmp_path: Path, run_import: Callable[[Path], None]
) -> None:
    (tmp_path / "file").touch()
    run_import(tmp_path / "file")


def test_a_package_is_hashed_again_when_its_file_has_changed(tmp_path: Path) -> None:
    archive = tmp_path / "package.tgz"
    script = f"""
        const fs = require("node:fs");
        require({json.dumps(str(CODE_CACHE))});
        const hash = (text) => keptHash({json.dumps(str(archive))}, [], () => Buffer.from(text));
        fs.writeFileSync({json.dumps(str(archive))}, "some text");
        const hashes = [hash("one"), hash("two")];
        fs.writeFileSync({json.dumps(str(archive))}, "else text");
        hashes.push(hash("three"));
        console.log(hashes.join(" "));
    """
    node = shutil.which("node")
    assert node
    result = subprocess.run(
        [node, "-e", script],
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == ["one", "one", "three"]
