"""Creates the state backend, which also holds the state of the stack that creates it.

The state stack starts with a local state, because its bucket does not exist yet, and then moves
that state into the bucket. Running it again applies only what the configuration changed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from runner.backend.bootstrap_dir import LOCAL_BACKEND, STATE, bootstrap_folder, lock
from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.backend.steps import (
    CLEAN,
    MARK_STARTED,
    OWNERSHIP,
    UNLOCK,
    Bootstrap,
    Step,
    apply_in_bootstrap_dir,
    check_account,
    local_is_newer,
)
from runner.errors import RunnerError
from runner.manifest import Stack
from runner.providers_lock import place_lock


def bootstrap(stack: Stack, outdir: Path, *, approve: bool, report: Callable[[Step], None]) -> None:
    """Creates the state backend of an environment, or updates it to its configuration.

    Args:
        approve: apply without asking.
        report: is called before each step.

    Raises:
        RunnerError: credentials of another account, resources that this environment does not own,
            a lock of another user, or two unrelated states; the message says what to do.
        TerraformError: Terraform failed and has printed the reason.
        ClientError: AWS rejected a call.
    """
    location = Location.of(stack)
    with lock(bootstrap_folder(outdir, location.environment)) as bootstrap_dir:
        context = Bootstrap(stack, location, bootstrap_dir, approve)
        for step in STEPS:
            report(step)
            step.run(context)


def _build(context: Bootstrap) -> None:
    if local_is_newer(context):
        apply_in_bootstrap_dir(context, context.bootstrap_dir.local_state(), LOCAL_BACKEND)


def _migrate(context: Bootstrap) -> None:
    # `state push` refuses to overwrite a newer or an unrelated state;
    # `init -migrate-state -force-copy` would overwrite it silently.
    if not local_is_newer(context):
        return
    bootstrap_dir = context.bootstrap_dir
    before = bootstrap_dir.local_state()
    bootstrap_dir.prepare(context.stack)
    bootstrap_dir.terraform.check("state", "push", STATE)
    after = read_state(context.location)
    if before is None or after is None or before.resources.keys() != after.resources.keys():
        raise RunnerError(
            f"The state in {context.location.bucket} does not list the same resources as the "
            f"local state in {bootstrap_dir.folder}. Run this command again."
        )


def _connect(context: Bootstrap) -> None:
    context.bootstrap_dir.forget_state()
    terraform = context.bootstrap_dir.terraform_in(context.stack.directory)
    place_lock(context.stack, terraform.environ)
    terraform.init("-reconfigure")


def _verify_no_changes(context: Bootstrap) -> None:
    terraform = context.bootstrap_dir.terraform_in(context.stack.directory)
    if not terraform.has_changes():
        return
    apply_in_bootstrap_dir(context, read_state(context.location), None)
    if terraform.has_changes():
        raise RunnerError(
            f"{context.stack.name} still shows changes after apply; the plan above lists them. "
            "Either this is a bug in the generator, or something else changes these resources."
        )


STEPS: Final = (
    Step("account", "Check the account of the credentials", check_account),
    OWNERSHIP,
    MARK_STARTED,
    UNLOCK,
    Step("build", "Create the state backend with a local state", _build),
    Step("migrate", "Move the state into the bucket", _migrate),
    Step("connect", "Connect the stack's folder to the bucket", _connect),
    Step("verify", "Check that a plan shows no changes", _verify_no_changes),
    CLEAN,
)
