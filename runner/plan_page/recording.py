"""Writes down what each stack's plan does, for the page at the end."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from json import loads
from pathlib import Path
from typing import Final

from runner.errors import TerraformError
from runner.manifest import Stack
from runner.plan_page.changes import page_of_plan
from runner.plan_page.foreign import Resources
from runner.plan_page.model import Change, StackPage, from_json, sorted_changes, to_json
from runner.plan_page.outside import outside
from runner.terraform import Terraform

_DETAILED: Final = "-detailed-exitcode"
_OUT: Final = "-out"

_OWNER_ONLY: Final = 0o600

UNREAD: Final = (
    "the states of other stacks cannot be read, so that rules and policies that others added are "
    "not looked for"
)


@dataclass(frozen=True)
class Recording:
    """Where plans are written down. It is handed to the processes of several regions.

    Attributes:
        folder: for what the page says; nothing in it is sensitive.
        keep: a folder for the plans themselves, in which everything can be read; None deletes them.
    """

    folder: Path
    keep: Path | None = None

    def write(self, page: StackPage) -> None:
        """Writes down what a stack's plan does, over what was written of it before."""
        (self.folder / f"{page.name}.json").write_text(to_json(page), encoding="utf-8")

    def read(self, stack: Stack) -> StackPage | None:
        """What was written of a stack; None where the run ended before."""
        file = self.folder / f"{stack.name}.json"
        return from_json(file.read_text(encoding="utf-8")) if file.is_file() else None


def not_planned(stack: Stack, note: str, *, has_resources: bool | None) -> StackPage:
    """The page of a stack that cannot be planned: all that is in its JSON, if it has no state.

    Args:
        note: why.
        has_resources: whether its state has resources; None where that is not known.
    """
    if has_resources is not False:
        return StackPage(stack.name, "not planned", note, has_resources)
    made = [
        Change(f"{type_}.{name}", "create")
        for type_, resources in stack.document.get("resource", {}).items()
        for name in resources
    ]
    return StackPage(
        stack.name, "from the JSON, not planned", note, has_resources, sorted_changes(made)
    )


def plan_stack(
    terraform: Terraform,
    stack: Stack,
    arguments: Sequence[str],
    recording: Recording | None = None,
    elsewhere: Callable[[], Resources | None] = tuple,
) -> bool:
    """Plans a stack and writes down what the plan does.

    Args:
        arguments: further ones for terraform.
        recording: None only plans.
        elsewhere: the resources in the states of other stacks; None where they cannot be read.

    Returns:
        Whether there are changes, if `-detailed-exitcode` is among the arguments.

    Raises:
        TerraformError: terraform failed.
    """
    if recording is None:
        return _plan(terraform, arguments)
    with _plan_file(stack, arguments, recording) as file:
        given = [] if _own_file(arguments) else [f"{_OUT}={file}"]
        try:
            changes = _plan(terraform, [*arguments, *given])
        except TerraformError as error:
            recording.write(StackPage(stack.name, "failed", str(error)))
            raise
        plan = loads(terraform.capture("show", "-json", str(file)))
    others = elsewhere()
    changed, by_itself = outside(plan, stack.document, others)
    note = UNREAD if others is None else ""
    page = page_of_plan(stack.name, plan)
    recording.write(replace(page, note=note, outside=changed, by_itself=by_itself))
    return changes


def _plan(terraform: Terraform, arguments: Sequence[str]) -> bool:
    if _DETAILED in arguments:
        return terraform.has_changes(*(each for each in arguments if each != _DETAILED))
    terraform.plan(*arguments)
    return False


@contextmanager
def _plan_file(stack: Stack, arguments: Sequence[str], recording: Recording) -> Iterator[Path]:
    """The file of the plan. It holds what is sensitive in readable form, so it is kept on request.

    Who gives `-out` keeps it anyway.
    """
    if own := _own_file(arguments):
        yield stack.directory / own
    elif recording.keep is not None:
        file = recording.keep / f"{stack.name}.tfplan"
        # Terraform writes into the file that there is, with its mode.
        os.close(os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, _OWNER_ONLY))
        file.chmod(_OWNER_ONLY)
        yield file
    else:
        with tempfile.TemporaryDirectory(prefix="eks-platform-plan-") as name:
            yield Path(name) / f"{stack.name}.tfplan"


def _own_file(arguments: Sequence[str]) -> str:
    """The file that the arguments name for the plan; empty where they name none."""
    for index, each in enumerate(arguments):
        name, equals, value = each.partition("=")
        if name in (_OUT, f"-{_OUT}"):
            return value if equals else next(iter(arguments[index + 1 :]), "")
    return ""
