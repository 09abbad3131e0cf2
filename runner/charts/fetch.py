"""Fetches the charts of an environment into its folder of archives."""

from collections.abc import Callable

from config import versions
from config.environment import Environment
from modules.addons.catalog import platform_releases
from modules.helm.archive_digests import DIGESTS, record_digests
from modules.helm.archives import archive_name, folder_of
from runner.charts.repository import download, pinned
from runner.charts.schema import without_remote_schemas
from runner.errors import RunnerError


def fetch_charts(environment: Environment, report: Callable[[str], None]) -> None:
    """Writes the archives that are not in the folder yet.

    Raises:
        RunnerError: the environment names no folder, or charts could not be fetched; the others
            are there then.
    """
    folder = folder_of(environment)
    if folder is None:
        raise RunnerError(
            "platform.charts.folder is not set: name a folder below the project, for example "
            "environments/charts.",
            2,
        )
    folder.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    for release in platform_releases(environment):
        if release.repository is None or release.version is None:
            continue
        file = folder / archive_name(release.chart, release.version)
        if file.is_file():
            continue
        try:
            archive = pinned(
                download(release.repository, release.chart, release.version),
                release.chart,
                release.version,
            )
        except RunnerError as error:
            failed.append(str(error))
            continue
        archive, removed = without_remote_schemas(archive)
        file.write_bytes(archive)
        told = f" without {removed} references to schemas on the internet" if removed else ""
        known = versions.chart_digest(release.chart, release.version)
        unknown = "" if known else ", which config/versions.yaml has no digest of"
        report(f"{file.name}{told}{unknown}")
    changed = record_digests(folder)
    failed += [f"{name}: its digest is not the one in {DIGESTS}" for name in changed]
    if failed:
        raise RunnerError("Not fetched:\n" + "\n".join(failed))
    report(f"The charts of {environment.name} are in {environment.platform.charts.folder}.")
