"""`python main.py` with wrong input: exit code 2, all problems, and the output as it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.environment_files import Project

MAIN = Path(__file__).parents[2] / "main.py"


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        (
            "dev.yaml",
            'dev.yaml:4:8: network.nat: is not one of the choices ("singel"); '
            "allowed per_az, single, regional, none; did you mean single?\n",
        ),
        ("nowhere/dev.yaml", "nowhere/dev.yaml: does not exist\n"),
    ],
)
def test_wrong_input_leaves_the_previous_output_untouched(
    project: Project, argument: str, error: str
) -> None:
    project.write("dev.yaml", "extends: good.yaml\nname: dev\nnetwork:\n  nat: singel\n")
    project.write("cdktf.out/manifest.json", "{}")
    project.write("cdktf.out/stacks/dev-network/cdk.tf.json", '{"previous": true}')
    before = snapshot(project.folder)
    environment = {key: value for key, value in os.environ.items() if key != "CDKTF_OUTDIR"}

    run = subprocess.run(
        [sys.executable, str(MAIN), argument],
        cwd=project.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (run.returncode, run.stdout, run.stderr) == (2, "", error)
    assert snapshot(project.folder) == before
