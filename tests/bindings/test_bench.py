"""The benchmark compares outputs, counts Node.js, and says which goals are missed."""

from pathlib import Path

import pytest

from rules.load import load
from tools import bench
from tools.bench import PUBLISHED, ProgramError, Run, measure, verdicts
from tools.bench_inputs import REGIONS, write_clusters, write_platforms

WRITE = (
    "import os; open(os.path.join(os.environ['CDKTF_OUTDIR'], 'cdk.tf.json'), 'w').write({text!r})"
)


def run(wall: float, memory: float = 100, output: str = "{}") -> Run:
    return Run(wall, wall, memory, {"cdk.tf.json": output.encode()})


def goals_missed(prod: float, full: float, memory: float, published: float) -> list[float]:
    runs = {
        "import cdktf": [run(1), run(2)],
        "prod": [run(prod, memory), run(prod + 1)],
        "full": [run(full)],
        PUBLISHED: [run(published, memory=2000)],
    }
    return [limit for _, value, limit in verdicts(runs, {}) if value > limit]


def test_a_run_has_time_output_and_number_of_resources() -> None:
    text = '{"resource": {"aws_vpc": {"a": {}}, "aws_subnet": {"b": {}, "c": {}}}}'
    done = measure("-c", WRITE.format(text=text))
    assert done.wall > 0
    assert done.cpu > 0
    assert done.output == {"cdk.tf.json": text.encode()}
    assert done.resources == 3


def test_memory_includes_child_processes() -> None:
    child = "block = bytearray(120_000_000); import time; time.sleep(0.5)"
    done = measure(
        "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    )
    if not done.memory:
        pytest.skip("needs /proc of Linux")
    assert done.memory > 120_000_000 / 1024**2


def test_a_failed_program_fails_the_benchmark_with_what_it_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProgramError, match="out of luck"):
        measure("-c", "import sys; sys.exit('out of luck')")
    monkeypatch.setattr(bench, "VARIANTS", {"import cdktf": ("-c", "raise SystemExit(3)")})
    assert bench.main(["--quick", "--runs", "1"]) == 1
    assert "failed" in capsys.readouterr().out


def test_the_fastest_runs_are_compared_with_the_goals() -> None:
    assert goals_missed(prod=3.0, full=3.4, memory=200, published=36) == []
    assert goals_missed(prod=3.1, full=3.5, memory=201, published=36) == [3.0, 3.4, 200.0, 1 / 12]


def test_the_clusters_can_be_synthesized_together(tmp_path: Path) -> None:
    write_clusters(tmp_path, 2)
    assert [each.name for each in load([tmp_path])] == ["prod0", "prod1"]


def test_platforms_in_ten_regions_can_be_synthesized_together(tmp_path: Path) -> None:
    write_platforms(tmp_path, 10, len(REGIONS))
    environments = load([tmp_path])
    assert len({each.name for each in environments}) == 100
    assert {each.region for each in environments} == set(REGIONS)


def test_the_cost_of_a_resource_does_not_grow_with_the_number_of_regions(tmp_path: Path) -> None:
    costs: list[float] = []
    for regions in (2, 6):
        folder = tmp_path / str(regions)
        folder.mkdir()
        write_platforms(folder, 1, regions)
        done = measure("main.py", str(folder))
        costs.append(done.cpu / done.resources)
    # A part of the time is spent before the first resource, so that it even falls.
    assert costs[1] < costs[0]


def test_different_output_fails_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = iter(["a", "a", "a", "same", "same", "same", "same", "other"])
    monkeypatch.setattr(bench, "VARIANTS", dict.fromkeys(("import cdktf", "prod", "full"), ("-V",)))
    for name in ("clusters", "platforms"):
        monkeypatch.setattr(bench, name, lambda: run(0, output='{"resource": {"a": {"b": {}}}}'))
    monkeypatch.setattr(bench, "measure", lambda *_, **__: run(1, output=next(outputs)))
    assert bench.main(["--runs", "1"]) == 1
    assert "outputs of prod differ" in capsys.readouterr().out
