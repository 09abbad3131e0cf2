"""Plans, applies and destroys the stacks of an environment, one after the other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from runner.backend.bootstrap_dir import bootstrap_folder
from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.cleanup import about_stray_states, clusters, remove_control_plane_logs
from runner.errors import RunnerError
from runner.manifest import STATE, Stack, select
from runner.progress import Progress
from runner.synth import output_folder
from runner.terraform import (
    CHANGES,
    LOCKFILE_VERSION,
    Terraform,
    require_version,
    terraform_environment,
)

_DETAILED: Final = "-detailed-exitcode"


@dataclass(frozen=True)
class Run:
    """What to do, and with which stacks.

    Attributes:
        stacks: all stacks of the environment, in order of application.
        only: name of the one stack that is meant; None for all.
        extra: further arguments for terraform.
        approve: apply and destroy without asking.
    """

    stacks: Sequence[Stack]
    only: str | None = None
    extra: tuple[str, ...] = ()
    approve: bool = False

    @cached_property
    def state(self) -> Stack:
        """The state stack."""
        return select(self.stacks, STATE)

    @cached_property
    def location(self) -> Location:
        """Where the states of all stacks are."""
        return Location.of(self.state)

    @cached_property
    def environ(self) -> dict[str, str]:
        """The environment in which Terraform runs."""
        return terraform_environment()

    def is_applied(self, stack: Stack) -> bool:
        """Whether a stack is there."""
        state = read_state(self.location, stack.backend["key"])
        return state is not None and state.is_applied


def plan(run: Run) -> int:
    """Plans each stack.

    A stack that reads the outputs of one that is not applied yet cannot be planned: it is
    left out with a note, unless it is the one that is asked for.

    Args:
        run: what to plan.

    Returns:
        0, or 2 where `-detailed-exitcode` is among the arguments and a stack has changes.

    Raises:
        RunnerError: the environment is not bootstrapped, or the stack cannot be planned.
        TerraformError: terraform failed; later stacks were not tried.
    """
    chosen = _chosen(run)
    progress = Progress(len(chosen))
    changes = False
    for stack in chosen:
        with progress.piece(f"{stack.name} plan"):
            missing = _not_applied(stack, run)
            if missing and run.only is None:
                progress.note(f"Not planned: {_needs(stack, missing)}")
                continue
            _require_applied(stack, missing)
            terraform = connect(stack, run.environ)
            if _DETAILED in run.extra:
                changes |= terraform.has_changes(*(a for a in run.extra if a != _DETAILED))
            else:
                terraform.plan(*run.extra)
    _mention_stray_states(run, progress)
    return CHANGES if changes else 0


def apply(run: Run) -> None:
    """Applies each stack, after the ones that it is built upon.

    Args:
        run: what to apply.

    Raises:
        RunnerError: the environment is not bootstrapped, or a stack below is not applied.
        TerraformError: terraform failed; later stacks were not tried.
    """
    chosen = _chosen(run)
    progress = Progress(len(chosen))
    for stack in chosen:
        with progress.piece(f"{stack.name} apply"):
            _require_applied(stack, _not_applied(stack, run))
            connect(stack, run.environ).apply(*run.extra, approve=run.approve)
    _mention_stray_states(run, progress)


def destroy(run: Run) -> None:
    """Destroys each stack, after the ones that are built upon it; never the state stack.

    Args:
        run: what to destroy.

    Raises:
        RunnerError: the environment is not bootstrapped, the stack is the state stack, or a
            stack above is still there.
        TerraformError: terraform failed; the stacks below were not tried.
    """
    chosen = [stack for stack in reversed(_chosen(run)) if stack.short_name != STATE]
    if not chosen:
        raise RunnerError(
            "The state stack keeps the state of all others and is not destroyed with them. "
            f"At the very end: `python -m runner bootstrap-destroy {run.stacks[0].environment}`."
        )
    progress = Progress(len(chosen))
    for stack in chosen:
        with progress.piece(f"{stack.name} destroy"):
            above = [
                s.name for s in run.stacks if stack.name in s.dependencies and run.is_applied(s)
            ]
            if above:
                raise RunnerError(
                    f"{', '.join(above)} is still there and built upon {stack.name}. "
                    "Destroy that first, or all stacks at once."
                )
            connect(stack, run.environ).destroy(*run.extra, approve=run.approve)
    for stack in chosen:
        _remove_late_logs(stack, run, progress)
    _mention_stray_states(run, progress)


def _remove_late_logs(stack: Stack, run: Run, progress: Progress) -> None:
    state = read_state(run.location, stack.backend["key"])
    # Without a state it was never applied, and a log group of that name is somebody else's.
    if not clusters(stack) or state is None or state.is_applied:
        return
    for group in remove_control_plane_logs(stack, run.location):
        progress.note(f"Deleted the log group {group}, which EKS had made again.")
    progress.note(
        "EKS writes its last lines some minutes after a cluster is gone, and makes the log group "
        f"for them. If an apply of {stack.name} finds it there, run this destroy once more."
    )


def _mention_stray_states(run: Run, progress: Progress) -> None:
    text = about_stray_states(run.stacks, run.location)
    if text:
        progress.note(text)


def connect(stack: Stack, environ: Mapping[str, str]) -> Terraform:
    """Initializes a stack's folder.

    Where only the lock has changed since the last time, Terraform would ask what to do with
    the state; the state is where it was, so there is nothing to ask. Another bucket or key is
    left for Terraform to question.

    Args:
        stack: the stack.
        environ: the environment in which Terraform runs.

    Returns:
        Terraform in its folder.

    Raises:
        TerraformError: terraform failed.
    """
    terraform = Terraform(stack.directory, environ)
    terraform.init(*(["-reconfigure"] if _same_place(stack) else []))
    return terraform


def _same_place(stack: Stack) -> bool:
    record = stack.directory / ".terraform" / "terraform.tfstate"
    if not record.is_file():
        return False
    before = json.loads(record.read_text()).get("backend", {}).get("config", {})
    return all(before.get(name) == stack.backend[name] for name in ("bucket", "key", "region"))


def _chosen(run: Run) -> list[Stack]:
    """The stacks that are meant, once Terraform and the state backend are known to be there."""
    chosen = list(run.stacks) if run.only is None else [select(run.stacks, run.only)]
    require_terraform_for(run.state)
    require_bootstrapped(run.location)
    return chosen


def require_terraform_for(state: Stack) -> None:
    """Checks that terraform is new enough for how an environment's state is locked.

    Args:
        state: the state stack.

    Raises:
        RunnerError: terraform is missing or too old.
    """
    if state.backend.get("use_lockfile"):
        require_version(LOCKFILE_VERSION, "`state.lock: s3` or `both`")
    else:
        require_version()


def require_bootstrapped(location: Location) -> None:
    """Checks that the state backend of an environment is complete.

    Args:
        location: the state backend, as the state stack names it.

    Raises:
        RunnerError: it is not there, only half there, or in another account.
    """
    location.require_account()
    command = f"`make bootstrap ENV={location.environment}`"
    if bootstrap_folder(output_folder(), location.environment).is_dir():
        raise RunnerError(
            f"The bootstrap of {location.environment} was interrupted. Run {command} to finish it."
        )
    found = read_state(location)
    if found is None or not found.is_applied:
        raise RunnerError(
            f"There is no state backend for {location.environment}: the bucket {location.bucket} "
            f"does not hold {location.key}. Run {command} first."
        )


def _not_applied(stack: Stack, run: Run) -> list[Stack]:
    below = (other for other in run.stacks if other.name in stack.dependencies)
    return [other for other in below if not run.is_applied(other)]


def _needs(stack: Stack, missing: Sequence[Stack]) -> str:
    names = ", ".join(below.name for below in missing)
    commands = " and ".join(
        f"`python -m runner apply {below.environment} {below.short_name}`" for below in missing
    )
    return f"{stack.name} uses outputs of {names}, which is not applied. First run {commands}."


def _require_applied(stack: Stack, missing: Sequence[Stack]) -> None:
    if missing:
        raise RunnerError(_needs(stack, missing))
