"""jsii's program, run by the hook in place of its launcher."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

RunPython = Callable[..., subprocess.CompletedProcess[str]]

START = "import bindings, os; bindings.install(); import cdktf\n"
CHILDREN = "print(open(f'/proc/{pid}/task/{pid}/children').read())\n"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for processes")
def test_one_process_runs_where_jsii_starts_two(run_python: RunPython) -> None:
    program = (
        "import jsii\n"
        "pid = jsii.kernel.provider._process._process.pid\n"
        "with open(f'/proc/{pid}/task/{pid}/children') as children:\n"
        "    print(len(children.read().split()))\n"
    )
    assert run_python("-c", START + program).stdout == "0\n"
    published = "import os, cdktf\n"
    assert run_python("-c", published + program).stdout == "1\n"


def test_what_node_prints_reaches_the_user(tmp_path: Path, run_python: RunPython) -> None:
    printing = tmp_path / "printing.cjs"
    printing.write_text(
        "process.on('exit', () => { console.log('told é'); console.error('warned'); });"
    )
    result = run_python("-c", START, NODE_OPTIONS=f"--require {printing}")
    assert result.stdout == "told é\n"
    assert result.stderr == "warned\n"


def test_errors_of_constructs_are_raised_in_python(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        START + "app = cdktf.App()\n"
        "cdktf.TerraformStack(app, 's')\n"
        "try:\n"
        "    cdktf.TerraformStack(app, 's')\n"
        "except RuntimeError as error:\n"
        "    print(error)\n",
    )
    assert "already a Construct with name 's'" in result.stdout


def test_an_asset_is_still_zipped(tmp_path: Path, run_python: RunPython) -> None:
    (tmp_path / "asset").mkdir()
    (tmp_path / "asset" / "file").write_text("text")
    run_python(
        "-c",
        START + f"app = cdktf.App(outdir={str(tmp_path / 'out')!r})\n"
        "stack = cdktf.TerraformStack(app, 's')\n"
        f"cdktf.TerraformAsset(stack, 'asset', path={str(tmp_path / 'asset')!r},\n"
        "    type=cdktf.AssetType.ARCHIVE)\n"
        "app.synth()\n",
    )
    assert list(tmp_path.rglob("archive.zip"))


def test_node_ends_with_a_python_that_is_killed(clean_env: dict[str, str]) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            START + "import jsii, time\n"
            "print(jsii.kernel.provider._process._process.pid, flush=True)\n"
            "time.sleep(60)\n",
        ],
        env=clean_env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    node = int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()
    for _ in range(100):
        if not _runs(node):
            return
        subprocess.run(["sleep", "0.1"], check=True)
    pytest.fail("Node.js still runs")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that has ended but was not waited for is a zombie.
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
