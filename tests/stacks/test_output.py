"""The output as a whole: the same bytes everywhere, all of it or none."""

import os
import re
import shutil
import subprocess
import sys
from gzip import decompress
from pathlib import Path

from rules.load import EXAMPLES, load
from support.environments import environment
from support.output import Output, synthesized_output

PROJECT = Path(__file__).parents[2]
DEV = str(EXAMPLES / "dev.yaml")
FULL = str(EXAMPLES / "full.yaml")


def run_main(
    *arguments: str, cwd: Path = PROJECT, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "main.py"), *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def stacks_of_full(output: Output) -> dict[str, bytes]:
    return {
        path: content for path, content in output.files().items() if path.startswith("stacks/full-")
    }


def test_the_same_input_gives_the_same_bytes(output: Output, tmp_path: Path) -> None:
    again = synthesized_output(tmp_path, *load([FULL]))
    assert stacks_of_full(again) == stacks_of_full(output) != {}


def test_the_output_does_not_depend_on_machine_time_zone_or_directory(
    output: Output, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "clone"
    shutil.copytree(
        PROJECT,
        elsewhere,
        ignore=shutil.ignore_patterns(
            *(".venv", ".pipenv", ".git", ".promtools", ".scanners"),
            *("cdktf.out", "tests", ".*_cache"),
        ),
    )
    done = subprocess.run(
        [sys.executable, "main.py", FULL],
        cwd=elsewhere,
        env={**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert stacks_of_full(Output(elsewhere / "cdktf.out")) == stacks_of_full(output)


def test_output_names_no_path_and_no_time(output: Output) -> None:
    for path, content in output.files().items():
        read = decompress(content) if path.endswith(".tgz") else content
        text = read.decode(errors="replace")
        assert str(PROJECT) not in text, path
        assert str(output.path) not in text, path
        assert not re.search(r"20\d\d-\d\d-\d\dT", text), path


def test_manifest_orders_the_stacks(output: Output) -> None:
    stacks = output.manifest["stacks"]
    assert stacks["prod-state"]["dependencies"] == []
    assert stacks["prod-network"]["dependencies"] == ["prod-state"]


def test_one_environment_alone_has_the_same_bytes_as_among_others(
    output: Output, tmp_path: Path
) -> None:
    done = run_main(DEV, CDKTF_OUTDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    alone = Output(tmp_path)
    assert all(name.startswith("dev-") for name in alone.names)
    for name in alone.names:
        assert alone.stack(name).text == output.stack(name).text


def test_env_variable_selects_an_environment(tmp_path: Path) -> None:
    done = run_main(CDKTF_OUTDIR=str(tmp_path), ENV=DEV)
    assert done.returncode == 0
    assert all(name.startswith("dev-") for name in Output(tmp_path).names)


def test_wrong_input_exits_with_2_and_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    synthesized_output(tmp_path / "out", environment())
    before = Output(tmp_path / "out").files()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: wrong\nregion: nowhere\n")
    done = run_main(str(wrong), CDKTF_OUTDIR=str(tmp_path / "out"))
    assert done.returncode == 2
    assert "region" in done.stderr
    assert Output(tmp_path / "out").files() == before


def test_terraforms_files_in_a_stacks_folder_survive_a_synth(tmp_path: Path) -> None:
    stack = synthesized_output(tmp_path, environment()).stack("test-network")
    lock = stack.path / ".terraform.lock.hcl"
    lock.write_text("kept")
    synthesized_output(tmp_path, environment())
    assert lock.read_text() == "kept"


def test_a_synth_leaves_no_scratch_files(tmp_path: Path) -> None:
    synthesized_output(tmp_path, environment())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "stacks"]
