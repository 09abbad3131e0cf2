"""One region's part of a command, in a process of its own: `python -m runner.side_by_side.job`.

A process of its own has its own output, and Terraform below it handles signals as it always does.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from runner import stages
from runner.destroy.waiting import Waits
from runner.errors import RunnerError, TerraformError
from runner.manifest import Stack
from runner.plan_page.recording import Recording
from runner.stages import Run

Command = Literal["plan", "apply", "destroy"]

INTERRUPTED: Final = 130
"""Exit code of a program that Ctrl-C ended."""


@dataclass(frozen=True)
class Outcome:
    """How a part ended.

    Attributes:
        code: the exit code.
        error: why it failed; empty if it did not.
    """

    code: int
    error: str = ""


def execute(command: Command, run: Run) -> int:
    """Carries out a command; returns 2 for a plan with `-detailed-exitcode` that has changes.

    Raises:
        RunnerError: as the commands of `runner.stages`.
    """
    if command == "plan":
        return stages.plan(run)
    if command == "apply":
        stages.apply(run)
    else:
        stages.destroy(run)
    return 0


def to_json(command: Command, run: Run, outcome: Path) -> str:
    """What the process reads from its standard input.

    Args:
        outcome: the file to which it writes how it ended.
    """
    document = {"command": command, "outcome": outcome, "run": asdict(run)}
    return json.dumps(document, default=str)


def main() -> None:
    """Carries out the part that is described on standard input."""
    document = json.load(sys.stdin)
    outcome = _outcome(document["command"], _run(document["run"]))
    Path(document["outcome"]).write_text(json.dumps(asdict(outcome)))
    sys.exit(outcome.code)


def _outcome(command: Command, run: Run) -> Outcome:
    try:
        return Outcome(execute(command, run))
    except TerraformError as error:
        return Outcome(error.exit_code, str(error))
    except RunnerError as error:
        return Outcome(error.exit_code, str(error))
    except (BotoCoreError, ClientError) as error:
        return Outcome(1, f"AWS: {error}")
    except KeyboardInterrupt:
        return Outcome(INTERRUPTED, "interrupted.")


def _run(document: dict[str, Any]) -> Run:
    part, recording = document["part"], document["recording"]
    return Run(
        **document
        | {
            "stacks": _stacks(document["stacks"]),
            "elsewhere": _stacks(document["elsewhere"]),
            "part": None if part is None else _stacks(part),
            "extra": tuple(document["extra"]),
            "waits": Waits(**document["waits"]),
            "recording": None if recording is None else _recording(recording),
        }
    )


def _recording(document: dict[str, Any]) -> Recording:
    keep = document["keep"]
    return Recording(Path(document["folder"]), None if keep is None else Path(keep))


def _stacks(documents: list[dict[str, Any]]) -> list[Stack]:
    return [
        Stack(each["name"], Path(each["directory"]), tuple(each["dependencies"]))
        for each in documents
    ]


if __name__ == "__main__":
    main()
