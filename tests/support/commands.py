"""Leads the runner's commands, which read the process's environment, to the local AWS."""

import os
from pathlib import Path

import pytest

from support.provider import SharedProvider
from tools.emulator import LocalAws


def lead_commands_to(
    aws: LocalAws, provider: SharedProvider, outdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replaces the environment until the end of the test.

    Args:
        outdir: the folder of the synthesized stacks.
    """
    reached = aws.process_environment(os.environ) | provider.variables()
    reached["CDKTF_OUTDIR"] = str(outdir)
    for name in os.environ.keys() - reached.keys():
        monkeypatch.delenv(name)
    for name, value in reached.items():
        monkeypatch.setenv(name, value)
