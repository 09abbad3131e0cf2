"""The archives of an environment's charts: from its folders, from .charts, or fetched."""

from pathlib import Path
from typing import Final

from config import versions
from config.environment import Environment
from modules.helm import archives
from modules.helm.archive_digests import DIGESTS, recorded_digest
from modules.helm.archives import MADE_CHARTS, archive_name, folder_of, is_made
from modules.helm.releases import PlannedRelease
from runner.charts.bundle import made_chart
from runner.charts.repository import download, pinned
from runner.charts.schema import without_remote_schemas
from runner.errors import RunnerError
from runner.images.model import ListedChart

CACHE: Final = ".charts"
"""Folder of the project that `make charts` writes."""


def archive_of(
    environment: Environment, chart: str, version: str, repository: str, folder: Path
) -> Path:
    """The archive of a chart.

    Args:
        environment: says which folder has archives.
        chart: its name in its repository.
        version: its version.
        repository: where it is fetched from, if no folder has it.
        folder: where a fetched archive goes.

    Raises:
        RunnerError: it is nowhere, or has another digest than the recorded one.
    """
    name = archive_name(chart, version)
    for place in (folder_of(environment), archives.PROJECT / MADE_CHARTS, archives.PROJECT / CACHE):
        if place is not None and (place / name).is_file():
            return _as_recorded(place / name)
    file = folder / name
    if not file.is_file():
        made = made_chart(chart, version)
        file.write_bytes(
            pinned(download(repository, chart, version), chart, version) if made is None else made
        )
    return file


def described(
    environment: Environment, release: PlannedRelease, repository: str, archive: Path | None
) -> ListedChart:
    """A chart, with its digest where a file of the project has it.

    Args:
        environment: the environment that installs it.
        release: its release there.
        repository: the repository of its project.
        archive: its archive, where there is one.
    """
    version = str(release.version)
    folder_name = environment.platform.charts.folder
    if is_made(environment, release):
        folder_name = folder_name or str(MADE_CHARTS)
    digest, digest_from = versions.chart_digest(release.chart, version), "config/versions.yaml"
    if folder_name is not None:
        file = archives.PROJECT / folder_name / archive_name(release.chart, version)
        digest, digest_from = recorded_digest(file), f"{folder_name}/{DIGESTS}"
    return ListedChart(
        name=release.chart,
        version=version,
        repository=repository,
        installed_from=folder_name or str(release.repository),
        digest=digest,
        digest_from=digest_from if digest else None,
        remote_schemas=None if archive is None else without_remote_schemas(archive.read_bytes())[1],
    )


def _as_recorded(file: Path) -> Path:
    if archives.changed([file]):
        raise RunnerError(f"{file.name} has another digest than in {file.parent.name}/{DIGESTS}")
    return file
