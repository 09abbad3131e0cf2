"""State stacks in the emulator, and bootstraps that are stopped or killed on the way."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from backend.bootstrap import bootstrap
from backend.location import Location
from backend.remote_state import read_state
from backend.state_file import StateFile
from backend.steps import Bootstrap, Step
from backend.teardown import bootstrap_destroy
from backend.workplace import bootstrap_folder, hold
from config.environment import Environment
from emulator import LocalAws
from runner.manifest import Stack, read_manifest, select
from support.output import synthesized_output

PROJECT: Final = Path(__file__).parents[2]

SLOW_TYPES: Final = ("aws_s3_bucket_lifecycle_configuration",)
"""The provider watches these for a minute before it believes in them; no test here is about
them, and the tests of whole environments have them."""

_DRIVER: Final = """\
import sys
from pathlib import Path
from backend.bootstrap import bootstrap
from runner.manifest import read_manifest, select
outdir = Path(sys.argv[1])
def report(step):
    print("STEP", step.name, flush=True)
bootstrap(select(read_manifest(outdir), "state"), outdir, approve=True, report=report)
"""


class StateBackend:
    """A synthesized state stack, to be bootstrapped in the emulator.

    Attributes:
        aws: the emulator.
        stack: the stack.
        location: where its state is to live.
        outdir: the output folder.
        folder: the folder of its bootstrap.
    """

    def __init__(self, aws: LocalAws, environment: Environment, outdir: Path) -> None:
        synthesized_output(outdir, environment)
        self.aws = aws
        self.outdir = outdir
        self.stack = self.read()
        self.edit(lambda document: [document["resource"].pop(name) for name in SLOW_TYPES])
        self.location = Location.of(self.stack)
        self.folder = bootstrap_folder(outdir, environment.name)

    def read(self) -> Stack:
        """Reads the stack from the output folder."""
        return select(read_manifest(self.outdir), "state")

    def edit(self, change: Any) -> None:
        """Changes the synthesized JSON, as another configuration would."""
        path = self.stack.directory / "cdk.tf.json"
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document, indent=2))
        self.stack = self.read()

    def bootstrap(self) -> None:
        """Bootstraps in this process."""
        bootstrap(self.stack, self.outdir, approve=True, report=lambda _: None)

    def destroy(self, confirmed: str | None = None) -> bool:
        """Ends the state backend in this process."""
        return bootstrap_destroy(
            self.stack, self.outdir, approve=True, confirmed=confirmed, report=lambda _: None
        )

    def run(self, steps: Sequence[Step]) -> None:
        """Runs some steps only, as if the rest had not been reached."""
        with hold(self.folder) as workplace:
            context = Bootstrap(self.stack, self.location, workplace, approve=True)
            for step in steps:
                step.run(context)

    def remote(self) -> StateFile | None:
        """The state in the bucket."""
        return read_state(self.location)

    def inventory(self) -> list[str]:
        """What there is in the account."""
        return self.aws.inventory(("eu-west-1", "eu-central-1"))

    @contextmanager
    def bootstrapping(self) -> Iterator["subprocess.Popen[str]"]:
        """A bootstrap in a process group of its own, to be killed."""
        process = subprocess.Popen(
            [sys.executable, "-c", _DRIVER, str(self.outdir)],
            env=self.aws.process_environment(os.environ) | {"PYTHONPATH": str(PROJECT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()

    def kill_at(self, pattern: str) -> str:
        """Bootstraps, kills all of it at a line that matches, and gives what was printed."""
        seen = ""
        with self.bootstrapping() as process:
            assert process.stdout
            for line in process.stdout:
                seen += line
                if re.search(pattern, line):
                    os.killpg(process.pid, signal.SIGKILL)
                    break
            else:
                raise AssertionError(f"{pattern!r} did not come: {seen}")
        return seen
