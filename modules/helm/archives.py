"""Charts from archives in a folder of the project, instead of from repositories."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from config import versions
from config.environment import Environment
from modules.helm.archive_digests import DIGESTS, changed
from modules.helm.releases import PlannedRelease

PROJECT: Final = Path(__file__).parents[2]

MADE_CHARTS: Path = Path("environments", "charts")
"""The folder, below the project, of charts that no project publishes, unless
`platform.charts.folder` names another one."""


class MissingArchivesError(LookupError):
    """The folder lacks archives, or has others than were fetched; the message says which."""


def archive_name(chart: str, version: str) -> str:
    """The name of a chart's archive, as `helm pull` gives it."""
    return f"{chart}-{version}.tgz"


def folder_of(environment: Environment) -> Path | None:
    """The folder of an environment's archives; None where charts come from repositories."""
    folder = environment.platform.charts.folder
    return None if folder is None else PROJECT / folder


def is_made(environment: Environment, release: PlannedRelease) -> bool:
    """Whether a release's chart is one that we make of a project's file, and no mirror has it."""
    bundle = versions.bundle_of(release.chart) if release.repository is not None else None
    return bundle is not None and environment.platform.charts.mirror is None


def made_folder(environment: Environment) -> Path:
    """The folder of the charts that we make of the files of projects."""
    return folder_of(environment) or PROJECT / MADE_CHARTS


def archives(environment: Environment, plan: Sequence[PlannedRelease]) -> dict[str, Path]:
    """The archives of an environment's charts by release.

    Without a folder these are only the charts that no project publishes.

    Raises:
        MissingArchivesError: the folder lacks some, or has others than it has the digests of.
    """
    found = dict(_wanted(environment, plan))
    missing = sorted({path.name for path in found.values() if not path.is_file()})
    if missing:
        raise MissingArchivesError(
            f"{_folder_name(environment)} lacks {', '.join(missing)}: "
            f"`make fetch-charts ENV={environment.name}` writes them"
        )
    if others := changed(found.values()):
        raise MissingArchivesError(
            f"{_folder_name(environment)} has {', '.join(others)} "
            f"with another digest than in its {DIGESTS}. If you replaced it on purpose, remove its "
            f"line there and run `make fetch-charts ENV={environment.name}`, which records it anew"
        )
    return found


def _wanted(environment: Environment, plan: Sequence[PlannedRelease]) -> Iterator[tuple[str, Path]]:
    folder = folder_of(environment)
    for release in plan:
        if release.repository is None or release.version is None:
            continue
        name = archive_name(release.chart, release.version)
        if folder is not None:
            yield release.name, folder / name
        elif is_made(environment, release):
            yield release.name, made_folder(environment) / name


def _folder_name(environment: Environment) -> str:
    folder = environment.platform.charts.folder
    if folder is not None:
        return f"platform.charts.folder: {folder}"
    return f"environment {environment.name}: {MADE_CHARTS}"
