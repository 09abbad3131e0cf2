"""Charts from archives in a folder of the project, instead of from repositories."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from config.environment import Environment
from modules.helm.archive_digests import DIGESTS, changed
from modules.helm.releases import PlannedRelease

PROJECT: Final = Path(__file__).parents[2]


class MissingArchivesError(LookupError):
    """The folder lacks archives, or has others than were fetched; the message says which."""


def archive_name(chart: str, version: str) -> str:
    """The name of a chart's archive, as `helm pull` gives it."""
    return f"{chart}-{version}.tgz"


def folder_of(environment: Environment) -> Path | None:
    """The folder of an environment's archives; None where charts come from repositories."""
    folder = environment.platform.charts.folder
    return None if folder is None else PROJECT / folder


def archives(environment: Environment, plan: Sequence[PlannedRelease]) -> dict[str, Path]:
    """The archives of an environment's charts by release; none without a folder.

    Raises:
        MissingArchivesError: the folder lacks some, or has others than it has the digests of.
    """
    folder = folder_of(environment)
    if folder is None:
        return {}
    found = {
        release.name: folder / archive_name(release.chart, release.version)
        for release in plan
        if release.repository is not None and release.version is not None
    }
    missing = sorted({path.name for path in found.values() if not path.is_file()})
    if missing:
        raise MissingArchivesError(
            f"platform.charts.folder: {environment.platform.charts.folder} lacks "
            f"{', '.join(missing)}: `make fetch-charts ENV={environment.name}` writes them"
        )
    if others := changed(found.values()):
        raise MissingArchivesError(
            f"platform.charts.folder: {environment.platform.charts.folder} has {', '.join(others)} "
            f"with another digest than in its {DIGESTS}. If you replaced it on purpose, remove its "
            f"line there and run `make fetch-charts ENV={environment.name}`, which records it anew"
        )
    return found
