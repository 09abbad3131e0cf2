"""The benchmark compares outputs and refuses what it cannot compare."""

from pathlib import Path

import pytest

from tools.bench.__main__ import main

WRITE = """
import os, sys
from pathlib import Path
lazy = os.environ["CDKTF_LAZY_BINDINGS"] == "1"
Path(os.environ["CDKTF_OUTDIR"], sys.argv[1] + ".json").write_text({text})
"""


def bench(folder: Path, program: str) -> int:
    file = folder / "program.py"
    file.write_text(program)
    return main(["dev", "--runs", "1", "--program", str(file)])


def test_equal_output_is_reported_with_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(tmp_path, WRITE.format(text="'same'")) == 0
    printed = capsys.readouterr().out
    assert "All 4 runs wrote the same bytes" in printed
    assert "as published" in printed
    assert str(tmp_path) not in printed


def test_different_output_fails_and_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(tmp_path, WRITE.format(text="str(lazy)")) == 1
    assert "dev.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("raise SystemExit('out of luck')", "out of luck"),
        ("", "wrote nothing"),
    ],
)
def test_a_program_that_fails_or_writes_nothing_fails_the_benchmark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], program: str, message: str
) -> None:
    assert bench(tmp_path, program) == 1
    assert message in capsys.readouterr().out


def test_memory_counts_the_children(tmp_path: Path) -> None:
    from tools.bench._run import run

    file = tmp_path / "program.py"
    child = "block = bytearray(120_000_000); import time; time.sleep(0.5)"
    file.write_text(
        "import subprocess, sys\n"
        f"subprocess.run([sys.executable, '-c', {child!r}], check=True)\n"
        + WRITE.format(text="'done'")
    )
    memory = run(file, ["dev"], lazy=True).memory
    if memory is None:
        pytest.skip("needs /proc of Linux")
    assert memory.resident > memory.distinct > 120_000_000 / 1024**2
