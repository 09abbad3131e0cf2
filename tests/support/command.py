"""The runner's commands in this process, which saves the start of another one."""

from dataclasses import dataclass

import pytest

from runner.cli import main


@dataclass(frozen=True)
class Done:
    """What a command ended with."""

    returncode: int
    stdout: str
    stderr: str


def command(capture: pytest.CaptureFixture[str], *arguments: str) -> Done:
    """Runs `eks-platform ARGUMENTS`; `capfd` where the command starts other programs."""
    capture.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    printed = capture.readouterr()
    return Done(ended.value.code, printed.out, printed.err)
