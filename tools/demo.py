"""Runs an environment from bootstrap to a second plan on the local AWS: `python -m tools.demo`."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from rules.load import load
from runner.backend.location import Location
from runner.backend.state_file import parse_state
from runner.errors import RunnerError
from runner.manifest import STATE, Stack, on_aws_alone, read_manifest, select, waves
from runner.run_parallel import Terminal, run_parallel
from runner.synth import MAIN
from tools import emulator
from tools.provider_mirror import mirror_environment

_CONSOLE = Console(highlight=False)

_PLAN: Final = "demo.tfplan"
"""What was shown is what is applied."""


def run_demo(environment: str) -> None:
    """Bootstraps, plans and applies an environment in an emulator, and shows what was made.

    It runs the same commands as a user, in new processes whose environment variables name the
    emulator. All resources and files are deleted afterwards.

    Raises:
        RunnerError: a command failed, with its exit code; it has printed why.
        EmulatorStartError: the emulator could not start.
    """
    _say("This is an emulation of AWS on your machine. It sends nothing to AWS and costs no money.")
    with tempfile.TemporaryDirectory(prefix="eks-platform-demo-") as scratch:
        outdir = Path(scratch) / "cdktf.out"
        environ = dict(os.environ) | mirror_environment(os.environ)
        environ["CDKTF_OUTDIR"] = str(outdir)
        _run(sys.stdout, [sys.executable, str(MAIN), environment], environ, "main.py", environment)
        stacks = read_manifest(outdir)
        location = Location.of(select(stacks, STATE))
        with emulator.start(account=location.account) as aws:
            environ = aws.process_environment(environ)
            _make_hosted_zone(environment, aws)
            _runner(sys.stdout, environ, "bootstrap", environment, "--yes")
            applied = on_aws_alone(stacks)
            for wave in waves(applied):
                run_parallel([partial(_make, environ, environment, stack) for stack in wave])
            run_parallel([partial(_plan_again, environ, environment, stack) for stack in applied])
            _CONSOLE.print(_inventory([select(stacks, STATE), *applied], location, aws))
    _say(
        "Every stack but the platform's was applied once, and its second plan shows no changes. "
        "The platform needs a Kubernetes API, which this emulation of AWS does not have; "
        "`make test` applies it to test doubles. The emulator has stopped, and all resources in "
        "it are deleted."
    )


def _make_hosted_zone(environment: str, aws: emulator.LocalAws) -> None:
    """Makes the zone that the environment expects to exist."""
    for loaded in load([environment]):
        if zone := loaded.edge.hosted_zone:
            aws.make_hosted_zone(zone.id, zone.name)


def _make(environ: Mapping[str, str], environment: str, stack: Stack, terminal: Terminal) -> None:
    name = stack.short_name
    _runner(terminal, environ, "plan", environment, name, "--", f"-out={_PLAN}")
    _runner(terminal, environ, "apply", environment, name, "--yes", "--", _PLAN)


def _plan_again(
    environ: Mapping[str, str], environment: str, stack: Stack, terminal: Terminal
) -> None:
    # Exit code 2 would mean that a second plan still shows changes.
    arguments = ("plan", environment, stack.short_name, "--", "-detailed-exitcode")
    _runner(terminal, environ, *arguments)


def _inventory(stacks: Sequence[Stack], location: Location, aws: emulator.LocalAws) -> Table:
    table = Table(
        "Stack", "Type", "Number", title="What Terraform made, by the states in the bucket"
    )
    s3, total = aws.client("s3", location.region), 0
    for stack in stacks:
        content = s3.get_object(Bucket=location.bucket, Key=stack.backend["key"])["Body"].read()
        state = parse_state(content)
        addresses = state.resources if state else {}
        counts = Counter(address.partition(".")[0] for address in addresses)
        for type_, number in sorted(counts.items()):
            table.add_row(stack.name, type_, str(number))
        table.add_section()
        total += counts.total()
    table.add_row("", "total", str(total))
    return table


def _runner(terminal: Terminal, environ: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "runner", *arguments]
    _run(terminal, command, environ, "-m", "runner", *arguments)


def _run(terminal: Terminal, command: list[str], environ: Mapping[str, str], *shown: str) -> None:
    terminal.write(f"\n$ python {' '.join(shown)}\n")
    terminal.flush()
    python_path = os.pathsep.join(filter(None, [str(MAIN.parent), environ.get("PYTHONPATH")]))
    code = subprocess.run(
        command,
        env={**environ, "PYTHONPATH": python_path},
        stdout=terminal,
        stderr=subprocess.STDOUT,
        check=False,
    ).returncode
    if code:
        raise RunnerError(f"`python {' '.join(shown)}` failed.", code)


def _say(text: str) -> None:
    _CONSOLE.print(text, markup=False, soft_wrap=True)
    _CONSOLE.file.flush()


if __name__ == "__main__":
    try:
        run_demo(sys.argv[1] if sys.argv[1:] else "dev")
    except RunnerError as error:
        sys.exit(error.exit_code)
