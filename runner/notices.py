"""What a run says before Terraform starts, and that does not end it."""

from collections.abc import Sequence

from runner.backend.location import Location
from runner.backend.orphaned import orphaned_states_notice
from runner.charts.sources import downloads as chart_downloads
from runner.kubernetes.api import KubernetesUnreachableError
from runner.kubernetes.connection import require_reachable
from runner.kubernetes_version import version_warnings
from runner.manifest import Stack
from runner.progress import Progress


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
