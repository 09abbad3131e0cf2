"""Synthesizes an environment, applies it on the local AWS, and plans it again.

The platform stack needs a Kubernetes API: it is applied where that of `make kubernetes` is built.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError
from rich.console import Console

from rules.load import load
from runner.backend.location import Location
from runner.backend.state_file import parse_state
from runner.binary import binary
from runner.manifest import KUBERNETES, STATE, Stack, on_aws_alone, read_manifest, select
from runner.synth import MAIN, resources
from runner.terraform import terraform_environment
from tools import emulator
from tools.demo.applied_platform import AppliedPlatform
from tools.demo.platform import kinds, releases
from tools.demo.steps import Step, Steps
from tools.demo.teams import TEAMS, with_teams
from tools.kubernetes.build import is_built
from tools.provider_mirror import CONFIG_VARIABLE, mirror_environment

PROJECT: Final = Path(__file__).parents[2]

LOG: Final = PROJECT / "demo.log"

_PLAN: Final = "demo.tfplan"
"""What was planned is what is applied."""

_LESS_COLLECTION: Final = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""Go collects garbage near the limit only, which saves a third of a command's CPU time."""

_PAUSE: Final = 0.5
"""Seconds between two looks at the state's bucket."""


def run_demo(environment: str, console: Console | None = None, log: Path = LOG) -> None:
    """Bootstraps, plans and applies an environment in an emulator, and says what that proves.

    It runs the same programs as a user, in new processes whose environment variables name the
    emulator. All resources are deleted afterwards; the log stays.

    Args:
        console: where the steps are printed.
        log: the file for what Terraform prints.

    Raises:
        ConfigError: there is no such environment, or it is wrong.
        RunnerError: a command failed, with its exit code and its last lines.
        EmulatorStartError: the emulator could not start.
    """
    console = console or Console(highlight=False)
    began = time.monotonic()
    console.print(
        "An emulation of AWS on this machine: nothing is sent to AWS, and nothing costs money.\n"
        f"What Terraform prints is in {log}.",
        soft_wrap=True,
    )
    with (
        tempfile.TemporaryDirectory(prefix="eks-platform-demo-") as scratch,
        log.open("w", encoding="utf-8") as file,
    ):
        steps = Steps(file, log, console)
        with steps.shown():
            _Demo(environment, Path(scratch), steps).run()
    console.print(
        f"Done in {time.monotonic() - began:.0f} s. The emulation has ended, and what was in it is "
        f"deleted. {log} has the plans.",
        soft_wrap=True,
    )


class _Demo:
    """The demonstration of one environment."""

    def __init__(self, environment: str, scratch: Path, steps: Steps) -> None:
        self._asked, self._steps, self._scratch = environment, steps, scratch
        self._outdir = scratch / "cdktf.out"
        self._on_kubernetes = is_built()
        self._name = with_teams(environment, scratch) if self._on_kubernetes else environment
        environ = terraform_environment(os.environ)
        environ |= mirror_environment(environ)
        if CONFIG_VARIABLE not in environ:
            # Or each stack would download the same provider.
            (scratch / "providers").mkdir()
            environ.setdefault("TF_PLUGIN_CACHE_DIR", str(scratch / "providers"))
            environ["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "true"
        for name, value in _LESS_COLLECTION.items():
            environ.setdefault(name, value)
        paths = filter(None, [str(PROJECT), environ.get("PYTHONPATH")])
        self._environ = environ | {
            "CDKTF_OUTDIR": str(self._outdir),
            "PYTHONPATH": os.pathsep.join(paths),
        }

    def run(self) -> None:
        stacks = self._synthesized()
        self._state = select(stacks, STATE)
        self._location = Location.of(self._state)
        with (
            emulator.start(account=self._location.account) as aws,
            ThreadPoolExecutor(max_workers=len(stacks)) as pool,
        ):
            self._aws = aws
            self._reached = aws.process_environment(self._environ)
            self._make_hosted_zone()
            bootstrap = pool.submit(self._bootstrap)
            applied = {stack.name: Future[None]() for stack in on_aws_alone(stacks)}
            made = [
                pool.submit(self._make, stack, applied, bootstrap) for stack in on_aws_alone(stacks)
            ]
            platforms = [stack for stack in stacks if stack.short_name == KUBERNETES]
            if self._on_kubernetes:
                made += [pool.submit(self._apply_platform, each, applied) for each in platforms]
            self._wait_for_all([bootstrap, *made])
        if not self._on_kubernetes:
            for stack in platforms:
                self._show_platform(stack)

    def _wait_for_all(self, steps: Sequence[Future[None]]) -> None:
        """Waits for the steps, until the first one fails; no command starts after that."""
        try:
            ended, _ = wait(steps, return_when=FIRST_EXCEPTION)
            for each in steps:
                if each in ended:
                    each.result()
        except BaseException:
            self._steps.stop()
            raise

    def _synthesized(self) -> list[Stack]:
        with self._steps.step("synth") as step:
            step.run([sys.executable, str(MAIN), self._name], self._environ)
            stacks = read_manifest(self._outdir)
            count = sum(resources(stack.document) for stack in stacks)
            step.proof = (
                f"One YAML file is Terraform JSON: {count} resources in {len(stacks)} stacks, "
                "all settings checked."
            )
        if self._name != self._asked:
            self._steps.note(f"The teams {' and '.join(TEAMS)} are added: {self._asked} has none.")
        return stacks

    def _make_hosted_zone(self) -> None:
        """Makes the zone that the environment expects to exist."""
        for loaded in load([self._name]):
            if zone := loaded.edge.hosted_zone:
                self._aws.make_hosted_zone(zone.id, zone.name)

    def _bootstrap(self) -> None:
        with self._steps.step("bootstrap") as step:
            program = [sys.executable, "-m", "runner", "bootstrap", self._name, "--yes"]
            step.run(program, self._reached)
            step.proof = (
                f"{self._made(self._state)} resources; the state is in the bucket that it made."
            )

    def _make(
        self, stack: Stack, applied: Mapping[str, Future[None]], bootstrap: Future[None]
    ) -> None:
        """Applies a stack after those that it needs, and plans it again.

        Args:
            applied: by stack, what ends when it is applied.
        """
        own = applied[stack.name]
        try:
            self._wait_for_backend(bootstrap)
            for name, each in applied.items():
                if name in stack.dependencies:
                    each.result()
            with self._steps.step(stack.short_name) as step:
                count = self._applied(step, stack, self._reached, lambda: own.set_result(None))
                step.proof = f"{count} resources, applied in one pass; a second plan: No changes."
        except BaseException as error:
            if not own.done():
                own.set_exception(error)
            raise

    def _apply_platform(self, stack: Stack, applied: Mapping[str, Future[None]]) -> None:
        """Applies the platform stack to the Kubernetes of this machine."""
        environment = next(each for each in load([self._name]) if each.name == stack.environment)

        def wait_for_others() -> None:
            for name, each in applied.items():
                if name in stack.dependencies:
                    each.result()

        platform = AppliedPlatform(environment, stack, self._scratch, self._steps)
        platform.run(
            self._reached,
            wait_for_others,
            lambda step, environ: self._applied(step, stack, environ),
        )

    def _applied(
        self,
        step: Step,
        stack: Stack,
        environ: Mapping[str, str],
        done: Callable[[], object] = lambda: None,
    ) -> int:
        """Applies a stack and plans it again; how many resources it has.

        Args:
            done: called between the two.
        """

        def terraform(command: str, *arguments: str) -> None:
            options = ["-no-color", "-input=false"]
            program = [binary(self._environ), command]
            step.run([*program, *options, *arguments], environ, stack.directory)

        terraform("init")
        terraform("plan", f"-out={_PLAN}")
        terraform("apply", _PLAN)
        done()
        # Exit code 2 would mean that a second plan still shows changes.
        terraform("plan", "-detailed-exitcode")
        return self._made(stack)

    def _wait_for_backend(self, bootstrap: Future[None]) -> None:
        """Waits for bucket and table of the state.

        They are there before the bootstrap ends: the AWS provider reads rules for the bucket's
        objects for a minute, until ten answers were the same.
        """
        while not self._has_backend():
            if bootstrap.done():
                bootstrap.result()
                return
            time.sleep(_PAUSE)

    def _has_backend(self) -> bool:
        place = self._location
        with suppress(ClientError):
            self._aws.client("s3", place.region).get_bucket_versioning(Bucket=place.bucket)
            if place.table:
                self._aws.client("dynamodb", place.region).describe_table(TableName=place.table)
            return True
        return False

    def _made(self, stack: Stack) -> int:
        """How many resources the state of a stack has, read from the bucket."""
        s3: Any = self._aws.client("s3", self._location.region)
        key = stack.backend["key"]
        content = s3.get_object(Bucket=self._location.bucket, Key=key)["Body"].read()
        state = parse_state(content)
        return len(state.resources) if state else 0

    def _show_platform(self, stack: Stack) -> None:
        counts = kinds(stack.document)
        groups = list(releases(stack.document))
        with self._steps.step("platform") as step:
            number = sum(map(len, groups))
            step.proof = (
                f"Not applied, it needs a Kubernetes API: {counts.total()} resources, of which "
                f"{number} Helm releases, in this order:"
            )
        for index, names in enumerate(groups, 1):
            self._steps.note(f"{index}. {', '.join(names)}")
        others = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        self._steps.note(f"By type: {others}.")
        self._steps.note(
            f"`make kubernetes ENV={self._name}` builds one on this machine, once, in about eight "
            "minutes, with Go 1.26; from then on the demonstration applies the platform to it."
        )
