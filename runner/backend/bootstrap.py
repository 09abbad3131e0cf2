"""The bootstrap of the state backend: the state that keeps all states, its own included.

The state stack starts on a local state, because its bucket does not exist yet, and then moves
into the bucket. Running it again changes nothing, or what the configuration changed
(requirement B4).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from runner.backend.bootstrap_dir import LOCAL_BACKEND, STATE, bootstrap_folder, hold
from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.backend.steps import (
    CLAIM,
    CLEAN,
    OWNERSHIP,
    UNLOCK,
    Bootstrap,
    Step,
    apply_in_workplace,
    check_account,
    local_is_newer,
)
from runner.errors import RunnerError
from runner.manifest import Stack


def bootstrap(stack: Stack, outdir: Path, *, approve: bool, report: Callable[[Step], None]) -> None:
    """Makes the state backend of an environment, or brings it in line with its configuration.

    Args:
        stack: the synthesized state stack.
        outdir: the output folder of the synthesis.
        approve: apply without asking.
        report: is told each step before it runs.

    Raises:
        RunnerError: another account's credentials, foreign resources, a lock of somebody else,
            or a state that cannot be decided; the message says what to do.
        TerraformError: Terraform failed; it has printed why.
        ClientError: AWS refuses a call.
    """
    location = Location.of(stack)
    with hold(bootstrap_folder(outdir, location.environment)) as workplace:
        context = Bootstrap(stack, location, workplace, approve)
        for step in STEPS:
            report(step)
            step.run(context)


def _build(context: Bootstrap) -> None:
    if local_is_newer(context):
        apply_in_workplace(context, context.workplace.local_state(), LOCAL_BACKEND)


def _migrate(context: Bootstrap) -> None:
    # A push refuses to overwrite a state that is newer or another one, which
    # `init -migrate-state -force-copy` would do without a word.
    if not local_is_newer(context):
        return
    workplace = context.workplace
    before = workplace.local_state()
    workplace.prepare(context.stack)
    workplace.terraform.check("state", "push", STATE)
    after = read_state(context.location)
    if before is None or after is None or before.resources.keys() != after.resources.keys():
        raise RunnerError(
            f"The state in {context.location.bucket} does not list what the local one did. "
            f"The local one is in {workplace.folder}. Run this again."
        )


def _connect(context: Bootstrap) -> None:
    context.workplace.forget_state()
    context.workplace.terraform_in(context.stack.directory).init("-reconfigure")


def _settle(context: Bootstrap) -> None:
    terraform = context.workplace.terraform_in(context.stack.directory)
    if not terraform.has_changes():
        return
    apply_in_workplace(context, read_state(context.location), None)
    if terraform.has_changes():
        raise RunnerError(
            f"{context.stack.name} still shows changes after it was applied; the plan above says "
            "which. This is a mistake of the generator or somebody changes the resources."
        )


STEPS: Final = (
    Step("account", "Check whose credentials these are", check_account),
    OWNERSHIP,
    CLAIM,
    UNLOCK,
    Step("build", "Make the state backend, with a local state", _build),
    Step("migrate", "Move the state into the bucket", _migrate),
    Step("connect", "Connect the stack's folder to the bucket", _connect),
    Step("settle", "Plan with the state in the bucket", _settle),
    CLEAN,
)
"""The steps in order."""
