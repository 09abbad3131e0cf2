"""Measures the synth against its goals: `python -m tools.bench`.

Each run is a new process. The variants take turns, so that other load on the machine affects all
of them, and the fastest of their runs counts. The first round warms the caches and does not count.

Wall time is compared in ratios, which change less between machines than seconds. CPU time and
memory include Node.js. Memory is the highest sum of the resident set sizes of all processes,
read from Linux's /proc every 20 ms.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from rich.console import Console
from rich.table import Table

import bindings
from tools.bench_inputs import EXAMPLES, REGIONS, write_clusters, write_platforms

PROJECT: Final = Path(__file__).resolve().parents[1]
CLUSTERS: Final = 100
PLATFORMS: Final = 10

IMPORT: Final = "import bindings; bindings.install(check_arguments=False); import cdktf"
VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "import cdktf": ("-c", IMPORT),
    **{
        name: ("main.py", str(EXAMPLES / f"{name}.yaml").removeprefix(f"{PROJECT}/"))
        for name in ("dev", "prod", "full")
    },
}
PUBLISHED: Final = "prod, published bindings"


class ProgramError(RuntimeError):
    """The measured program failed or wrote nothing."""


@dataclass(frozen=True)
class Run:
    """Wall and CPU seconds, memory in MB (0 without /proc), and the output by path."""

    wall: float
    cpu: float
    memory: float
    output: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the whole output."""
        return hashlib.sha256(repr(sorted(self.output.items())).encode()).hexdigest()

    @property
    def resources(self) -> int:
        """Number of Terraform resources in the output."""
        stacks = [json.loads(text) for path, text in self.output.items() if "cdk.tf" in path]
        return sum(len(type_) for stack in stacks for type_ in stack.get("resource", {}).values())


def measure(*arguments: str, lazy: bool = True) -> Run:
    """Runs Python with these arguments in a new process.

    Raises:
        ProgramError: the program failed.
    """
    with tempfile.TemporaryDirectory() as outdir, tempfile.TemporaryFile("w+") as log:
        environ = os.environ | {"CDKTF_OUTDIR": outdir, bindings.SWITCH: "1" if lazy else "0"}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
        start = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=PROJECT, env=environ, stdout=log, stderr=log
        )
        peak, ended = [0.0], threading.Event()
        sampler = threading.Thread(target=_sample, args=(process.pid, peak, ended))
        sampler.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        sampler.join()
        if process.returncode:
            log.seek(0)
            raise ProgramError(f"{' '.join(arguments)} failed:\n{log.read().strip()}")
        files = [path for path in sorted(Path(outdir).rglob("*")) if path.is_file()]
        output = {str(path.relative_to(outdir)): path.read_bytes() for path in files}
    return Run(wall, usage.ru_utime + usage.ru_stime, peak[0], output)


def _sample(pid: int, peak: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.02):
        peak[0] = max(peak[0], sum(_rss_kb(process) for process in _tree(pid)) / 1024)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            pids = children.read_text().split()
        except OSError:  # the thread has ended
            continue
        for child in pids:
            yield from _tree(int(child))


def _rss_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # the process has ended, or there is no /proc
        return 0
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) if found else 0


def fastest(runs: list[Run]) -> Run:
    """The run with the least wall time."""
    return min(runs, key=lambda run: run.wall)


def clusters() -> Run:
    """Synthesizes prod a hundred times, each under another name, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        write_clusters(Path(folder), CLUSTERS)
        return measure("main.py", folder)


def platforms() -> Run:
    """Synthesizes ten platforms, each in ten regions, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        write_platforms(Path(folder), PLATFORMS, len(REGIONS))
        return measure("main.py", folder)


def verdicts(
    runs: Mapping[str, list[Run]], many: Mapping[str, Run]
) -> list[tuple[str, float, float]]:
    """Each goal as (description, value, limit); a value above its limit misses the goal.

    Args:
        many: runs with many clusters, by what they have.
    """
    base = fastest(runs["import cdktf"]).wall
    wall = {name: fastest(of_name).wall for name, of_name in runs.items()}
    memory = max(run.memory for name, each in runs.items() if name != PUBLISHED for run in each)
    goals = [
        ("prod, in units of `import cdktf`", wall["prod"] / base, 3.0),
        ("full, in units of `import cdktf`", wall["full"] / base, 3.4),
        ("memory of the largest run, in MB", memory, 200.0),
    ]
    if PUBLISHED in runs:
        ratio = wall["prod"] / wall[PUBLISHED]
        goals.append(
            (f"prod, in units of the published bindings (1 : {1 / ratio:.1f})", ratio, 1 / 12)
        )
    for name, each in many.items():
        per_resource = each.cpu / each.resources * 1000
        goals.append((f"CPU per resource of {name}, in ms", per_resource, 1.6))
    return goals


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints; returns 1 if a run failed, outputs differ or a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each variant (5)")
    parser.add_argument("--quick", action="store_true", help="only the lazy bindings, no clusters")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    runs: dict[str, list[Run]] = {name: [] for name in VARIANTS}
    if not options.quick:
        runs[PUBLISHED] = []
    try:
        for number in range(max(options.runs, 1) + 1):
            for name, of_name in runs.items():
                command = VARIANTS["prod" if name == PUBLISHED else name]
                run = measure(*command, lazy=name != PUBLISHED)
                if number:
                    of_name.append(run)
            console.print(f"round {number} of {options.runs}" if number else "warm-up")
        many = (
            {}
            if options.quick
            else {
                f"{CLUSTERS} clusters": clusters(),
                f"{PLATFORMS} platforms in {len(REGIONS)} regions": platforms(),
            }
        )
    except ProgramError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print(_table(runs))
    same = {run.digest for name, of_name in runs.items() if "prod" in name for run in of_name}
    if len(same) > 1:
        console.print("The outputs of prod differ.", style="red")
    missed = 0
    for goal, value, limit in verdicts(runs, many):
        missed += value > limit
        console.print(
            f"{'MISSED' if value > limit else 'met'}: {goal}: {value:.2f} (goal: {limit:.2f})"
        )
    return int(missed > 0 or len(same) > 1)


def _table(runs: Mapping[str, list[Run]]) -> Table:
    table = Table("", "Wall time", "Ratio", "CPU time", "Memory", title="Fastest of the runs")
    base = fastest(runs["import cdktf"]).wall
    for name, of_name in runs.items():
        run = fastest(of_name)
        ratio = f"{run.wall / base:.2f}"
        table.add_row(name, f"{run.wall:.2f} s", ratio, f"{run.cpu:.2f} s", f"{run.memory:.0f} MB")
    return table


if __name__ == "__main__":
    sys.exit(main())
