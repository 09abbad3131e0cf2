"""Plans, applies and destroys the stacks of an environment, one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from runner import notices
from runner.backend.bootstrap_dir import bootstrap_folder
from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.binary import InstalledProgram, require_version
from runner.connect import connect
from runner.destroy.protection import require_kept, require_unprotected
from runner.destroy.target import Target
from runner.destroy.teardown import Teardown, prepare
from runner.destroy.waiting import Waits
from runner.errors import RunnerError
from runner.fleet import left_of_spokes
from runner.helm_locks import note_pending_releases, require_no_pending_releases
from runner.kubernetes.connection import require_reachable
from runner.kubernetes.proxy import proxy_variables
from runner.manifest import STATE, Stack, select
from runner.plan_page.neighbours import neighbours
from runner.plan_page.recording import Recording, not_planned, plan_stack
from runner.progress import Progress
from runner.synth import output_folder
from runner.terraform import CHANGES, terraform_environment


@dataclass(frozen=True)
class Run:
    """The stacks and options of a command.

    Attributes:
        stacks: all stacks of the environment, in the order of apply.
        only: name of the selected stack; None for all.
        part: the stacks that are run now, in the order of apply; None for all.
        elsewhere: the stacks of the platform's environments in other regions.
        recording: where plan writes down what each plan does; None does not.
        extra: further arguments for terraform.
        approve: apply and destroy without asking.
        dry_run: destroy only lists what it would delete.
        without_kubernetes: destroy goes on where the Kubernetes API cannot be reached.
        waits: how long destroy waits for what.
    """

    stacks: Sequence[Stack]
    only: str | None = None
    extra: tuple[str, ...] = ()
    approve: bool = False
    dry_run: bool = False
    without_kubernetes: bool = False
    waits: Waits = field(default_factory=Waits)
    part: Sequence[Stack] | None = None
    elsewhere: Sequence[Stack] = ()
    recording: Recording | None = None

    @cached_property
    def state(self) -> Stack:
        """The state stack."""
        return select(self.stacks, STATE)

    @cached_property
    def location(self) -> Location:
        """The state backend of all stacks."""
        return Location.of(self.state)

    @property
    def environ(self) -> dict[str, str]:
        """The environment in which Terraform runs; a tunnel may be opened while a run lasts."""
        return terraform_environment() | proxy_variables(self.location.environment)

    def is_applied(self, stack: Stack) -> bool:
        """Whether the state in the stack's bucket has resources or outputs."""
        location = self.location if stack in self.stacks else Location.of(stack)
        state = read_state(location, stack.backend["key"])
        return state is not None and state.is_applied


def plan(run: Run) -> int:
    """Plans each stack.

    A stack that reads outputs of a stack that is not applied yet cannot be planned: it is skipped
    with a note, or rejected if it is the selected one.

    Returns:
        0, or 2 if `-detailed-exitcode` is among the arguments and a stack has changes.

    Raises:
        RunnerError: the environment is not bootstrapped, the selected stack cannot be planned, the
            Kubernetes API does not answer, EKS would refuse the step to the configured Kubernetes
            version, or a fleet stack has a removed spoke: that is raised after all others.
        TerraformError: terraform failed; the stacks after it were not planned.
    """
    chosen = _chosen(run)
    progress = Progress(len(chosen))
    notices.versions(chosen, run.location, progress)
    changes, failures = False, list[str]()
    for stack in chosen:
        with progress.step(f"{stack.name} plan"):
            missing = _not_applied(stack, run)
            if missing and run.only is None:
                progress.note(f"Not planned: {_needs(stack, missing)}")
                _note_unplanned(run, stack, _needs(stack, missing))
                continue
            _require_applied(stack, missing)
            if left := left_of_spokes(stack, run.location):
                failures.append(left)
                _note_unplanned(run, stack, left)
                continue
            require_reachable(stack, run.location)
            note_pending_releases(stack, run.location, progress.note)
            notices.downloads(stack, progress)
            changes |= plan_stack(
                connect(stack, run.environ),
                stack,
                run.extra,
                run.recording,
                neighbours(stack, run.stacks, run.location),
            )
    notices.orphaned_states(run.stacks, run.location, progress)
    _raise(failures)
    return CHANGES if changes else 0


def apply(run: Run) -> None:
    """Applies each stack after its dependencies.

    Raises:
        RunnerError: the environment is not bootstrapped, a dependency is not applied, the
            Kubernetes API does not answer, EKS would refuse the step to the configured Kubernetes
            version, a resource that the file no longer configures is protected, or a fleet stack
            has a removed spoke: that is raised after all others.
        TerraformError: terraform failed; the stacks after it were not applied.
    """
    chosen = _chosen(run)
    progress = Progress(len(chosen))
    notices.versions(chosen, run.location, progress)
    require_kept(chosen, run.location)
    notices.unreachable(chosen, run.location, progress)
    failures: list[str] = []
    for stack in chosen:
        with progress.step(f"{stack.name} apply"):
            _require_applied(stack, _not_applied(stack, run))
            if left := left_of_spokes(stack, run.location):
                failures.append(left)
                continue
            require_reachable(stack, run.location)
            require_no_pending_releases(stack, run.location)
            notices.downloads(stack, progress)
            connect(stack, run.environ).apply(*run.extra, approve=run.approve)
    notices.orphaned_states(run.stacks, run.location, progress)
    _raise(failures)


def destroy(run: Run) -> None:
    """Destroys each stack after its dependents; never the state stack.

    Raises:
        RunnerError: the environment is not bootstrapped, the selected stack is the state stack,
            something is protected, or a dependent is still applied.
        TerraformError: terraform failed; the stacks after it were not destroyed.
    """
    chosen = [stack for stack in reversed(_chosen(run)) if stack.short_name != STATE]
    if not chosen:
        raise RunnerError(
            "The state stack holds the state of all other stacks and is not destroyed with them. "
            "To destroy it last, run "
            f"`eks-platform bootstrap-destroy {run.stacks[0].environment}`."
        )
    partly = any(argument.startswith("-target") for argument in run.extra)
    if not (partly or run.dry_run):
        require_unprotected(chosen, run.stacks, run.location)
        _raise([left for stack in chosen if (left := left_of_spokes(stack, run.location))])
    progress = Progress(len(chosen))
    teardown = prepare(
        None if partly else Target.of(run.stacks, run.location),
        chosen,
        run.waits,
        progress.note,
        without_kubernetes=run.without_kubernetes,
    )
    if run.dry_run:
        for stack in chosen:
            progress.note(f"{stack.name}: {_contents(stack, run)}")
        require_unprotected(chosen, run.stacks, run.location)
        return
    if not run.approve:
        teardown.confirm()
    for stack in chosen:
        with progress.step(f"{stack.name} destroy"):
            _require_no_dependents(stack, run)
            with teardown.around(stack):
                if run.is_applied(stack):
                    teardown.destroy(stack, lambda stack=stack: _destroy(stack, run, teardown))
                else:
                    progress.note(f"{stack.name}: {_contents(stack, run)}; nothing to destroy.")
    teardown.finish()
    notices.orphaned_states(run.stacks, run.location, progress)


def _note_unplanned(run: Run, stack: Stack, why: str) -> None:
    if run.recording is not None:
        run.recording.write(not_planned(stack, why, has_resources=run.is_applied(stack)))


def _raise(failures: Sequence[str]) -> None:
    if failures:
        raise RunnerError("\n".join(failures))


def _destroy(stack: Stack, run: Run, teardown: Teardown) -> None:
    if not run.without_kubernetes:
        require_reachable(stack, run.location)
    arguments = teardown.arguments(stack, run.extra)
    connect(stack, run.environ).destroy(*arguments, approve=run.approve)


def _require_no_dependents(stack: Stack, run: Run) -> None:
    every = (*run.stacks, *run.elsewhere)
    dependents = [s.name for s in every if stack.name in s.dependencies and run.is_applied(s)]
    if dependents:
        raise RunnerError(
            f"{', '.join(dependents)} still exists and depends on {stack.name}. "
            "Destroy that first, or all stacks together."
        )


def _contents(stack: Stack, run: Run) -> str:
    state = read_state(run.location, stack.backend["key"])
    if state is None:
        return "was never applied"
    return f"{len(state.resources)} resources" if state.is_applied else "is destroyed already"


def _chosen(run: Run) -> list[Stack]:
    """The selected stacks, after a check of Terraform and of the state backend."""
    all_stacks = run.stacks if run.part is None else run.part
    chosen = list(all_stacks) if run.only is None else [select(run.stacks, run.only)]
    found = require_terraform_for(run.state)
    require_bootstrapped(run.location)
    notices.lock_table(found, run.state, Progress(len(chosen)))
    return chosen


def require_terraform_for(state: Stack) -> InstalledProgram:
    """Checks that Terraform or OpenTofu supports the environment's state locking; returns it.

    Raises:
        RunnerError: it is missing or too old.
    """
    return require_version(lockfile=bool(state.backend.get("use_lockfile")))


def require_bootstrapped(location: Location) -> None:
    """Checks that the state backend of an environment is complete.

    Raises:
        RunnerError: it is missing, incomplete or in another account.
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
            f"does not hold {location.key}. Run {command} first. Whether the account has what the "
            f"platform needs says `make check ENV={location.environment}`, which only reads."
        )


def _not_applied(stack: Stack, run: Run) -> list[Stack]:
    every = (*run.stacks, *run.elsewhere)
    needed = (other for other in every if other.name in stack.dependencies)
    return [other for other in needed if not run.is_applied(other)]


def _needs(stack: Stack, missing: Sequence[Stack]) -> str:
    names = ", ".join(needed.name for needed in missing)
    commands = " and ".join(
        f"`eks-platform apply {needed.environment} {needed.short_name}`" for needed in missing
    )
    return f"{stack.name} uses outputs of {names}, which is not applied. First run {commands}."


def _require_applied(stack: Stack, missing: Sequence[Stack]) -> None:
    if missing:
        raise RunnerError(_needs(stack, missing))
