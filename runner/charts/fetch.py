"""Fetches the charts of an environment into its folder of archives."""

from collections.abc import Callable

from config import versions
from config.environment import Environment
from modules.addons.catalog import platform_releases
from modules.helm.archive_digests import DIGESTS, record_digests
from modules.helm.archives import MADE_CHARTS, archive_name, folder_of, made_folder
from modules.helm.releases import PlannedRelease
from runner.charts.bundle import has_digest, made_chart
from runner.charts.repository import download, pinned
from runner.charts.schema import without_remote_schemas
from runner.errors import RunnerError


def fetch_charts(environment: Environment, report: Callable[[str], None]) -> None:
    """Writes the archives that are not in the folder yet.

    Without `platform.charts.folder` these are the charts that no project publishes, which we make
    of a file of its release; they are in `environments/charts`.

    Raises:
        RunnerError: the environment names no folder and needs none, or charts could not be fetched;
            the others are there then.
    """
    wanted = _wanted(environment)
    if not wanted:
        raise RunnerError(
            "platform.charts.folder is not set: name a folder below the project, for example "
            "environments/charts.",
            2,
        )
    folder = made_folder(environment)
    folder.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    for release in wanted:
        file = folder / archive_name(release.chart, str(release.version))
        if file.is_file():
            continue
        try:
            archive = _archive(release)
        except RunnerError as error:
            failed.append(str(error))
            continue
        archive, removed = without_remote_schemas(archive)
        file.write_bytes(archive)
        told = f" without {removed} references to schemas on the internet" if removed else ""
        report(f"{file.name}{told}{_unknown(release)}")
    changed = record_digests(folder)
    failed += [f"{name}: its digest is not the one in {DIGESTS}" for name in changed]
    if failed:
        raise RunnerError("Not fetched:\n" + "\n".join(failed))
    told = environment.platform.charts.folder or MADE_CHARTS
    report(f"The charts of {environment.name} are in {told}.")


def _wanted(environment: Environment) -> list[PlannedRelease]:
    """The releases whose charts are in a folder: all, or those that we make."""
    releases = [
        release
        for release in platform_releases(environment)
        if release.repository is not None and release.version is not None
    ]
    if folder_of(environment) is not None:
        return releases
    return [release for release in releases if versions.bundle_of(release.chart) is not None]


def _archive(release: PlannedRelease) -> bytes:
    chart, version = release.chart, str(release.version)
    made = made_chart(chart, version)
    if made is not None:
        return made
    return pinned(download(str(release.repository), chart, version), chart, version)


def _unknown(release: PlannedRelease) -> str:
    chart, version = release.chart, str(release.version)
    known = versions.chart_digest(chart, version) or has_digest(chart, version)
    return "" if known else ", which config/versions.yaml has no digest of"
