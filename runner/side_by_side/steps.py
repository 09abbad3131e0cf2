"""Runs a command on the regions of a platform, side by side where no approval is asked for."""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from runner.errors import RunnerError
from runner.side_by_side.job import INTERRUPTED, Command, Outcome, execute, to_json
from runner.side_by_side.processes import Process, run_all, terminal_width
from runner.stages import Run

_PROJECT: Final = Path(__file__).resolve().parents[2]


def carry_out(command: Command, steps: Sequence[Sequence[Run]]) -> int:
    """Carries out the steps one after the other, and the runs of a step at the same time.

    Where terraform asks for approval, the runs of a step come one after the other as well.

    Args:
        steps: runs of different environments, which do not depend on each other within a step.

    Returns:
        0, or 2 for a plan with `-detailed-exitcode` that has changes.

    Raises:
        RunnerError: a run failed; those of the same step were carried out, later steps were not.
    """
    codes = [0]
    for step in steps:
        if len(step) > 1 and all(_asks_nothing(command, run) for run in step):
            codes.append(_side_by_side(command, step))
        else:
            codes += [execute(command, run) for run in step]
    return max(codes)


def _asks_nothing(command: Command, run: Run) -> bool:
    return command == "plan" or run.approve or run.dry_run


def _side_by_side(command: Command, runs: Sequence[Run]) -> int:
    with tempfile.TemporaryDirectory(prefix="eks-platform-") as name:
        folder = Path(name)
        processes = {run.stacks[0].environment: _process(command, run, folder) for run in runs}
        print(f"At the same time: {', '.join(processes)}. The output of each is printed apart.")
        interrupted = run_all(list(processes.values()))
        outcomes = {each: _outcome(folder / each, p) for each, p in processes.items()}
    failed = {each: outcome for each, outcome in outcomes.items() if outcome.error}
    if failed:
        text = "\n".join(f"{each}: {outcome.error}" for each, outcome in failed.items())
        raise RunnerError(text, next(iter(failed.values())).code)
    if interrupted:
        raise RunnerError("Interrupted: what comes next was not begun.", INTERRUPTED)
    return max(outcome.code for outcome in outcomes.values())


def _process(command: Command, run: Run, folder: Path) -> Process:
    environment = run.stacks[0].environment
    paths = [str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return Process(
        title=f"{environment}: {command}",
        arguments=("-m", "runner.side_by_side.job"),
        given=to_json(command, run, folder / environment),
        output=folder / f"{environment}.log",
        environ=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "COLUMNS": terminal_width()},
    )


def _outcome(file: Path, process: Process) -> Outcome:
    if file.exists():
        return Outcome(**json.loads(file.read_text()))
    if not process.has_begun:
        return Outcome(INTERRUPTED, "was not begun.")
    code = process.code or 0
    return Outcome(code if code > 0 else 128 - code, f"ended with exit code {code}.")
