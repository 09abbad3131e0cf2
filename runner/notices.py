"""What a run says before Terraform starts, and that does not end it."""

from collections.abc import Sequence
from typing import Final

from runner.backend.location import Location
from runner.backend.orphaned import orphaned_states_notice
from runner.binary import InstalledProgram
from runner.charts.sources import downloads as chart_downloads
from runner.kubernetes.api import KubernetesUnreachableError
from runner.kubernetes.connection import require_reachable
from runner.kubernetes_version import version_warnings
from runner.manifest import Stack
from runner.progress import Progress

_TABLE_WARNING: Final = (
    "Terraform will warn of each stack that `dynamodb_table` is deprecated. It is set on purpose "
    "and works: only the table finds a state that was changed without Terraform. With `state.lock: "
    "s3` there is no warning, and no such check (docs/state-backend.md#locks)."
)


def lock_table(program: InstalledProgram, state: Stack, progress: Progress) -> None:
    """Explains the warning of newer versions of Terraform of the table that locks states."""
    warns = program.product.table_warning
    if warns is not None and program.version >= warns and "dynamodb_table" in state.backend:
        progress.note(_TABLE_WARNING)


def versions(chosen: Sequence[Stack], location: Location, progress: Progress) -> None:
    """Warns of versions that the applied cluster does not fit."""
    for stack in chosen:
        for warning in version_warnings(stack, location):
            progress.note(warning)


def unreachable(chosen: Sequence[Stack], location: Location, progress: Progress) -> None:
    """Says before the first stack what would end the run before a later one.

    It is no error yet: the stacks before may open the API.
    """
    for stack in chosen[1:]:
        try:
            require_reachable(stack, location)
        except KubernetesUnreachableError as error:
            progress.note(f"Before {stack.name} this apply will stop, unless that changes: {error}")


def downloads(stack: Stack, progress: Progress) -> None:
    """Says which charts Terraform downloads."""
    text = chart_downloads(stack)
    if text:
        progress.note(text)


def orphaned_states(stacks: Sequence[Stack], location: Location, progress: Progress) -> None:
    """Says which states belong to no stack."""
    text = orphaned_states_notice(stacks, location)
    if text:
        progress.note(text)
