"""``python -m tools.kubernetes.charts``: fetches every pinned chart, with its digest."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config import versions
from modules.helm.archive_digests import DIGESTS, record_digests
from modules.helm.archives import archive_name
from runner.charts.bundle import made_chart
from runner.charts.repository import download, pinned
from runner.errors import RunnerError

FOLDER: Final = Path(__file__).parents[2] / ".charts"


def main(arguments: list[str] | None = None) -> int:
    """Fetches the charts that are not in the folder.

    Returns:
        The exit code: 1 where a chart could not be fetched, or differs from its recorded digest.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.kubernetes.charts", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the archives go")
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    problems = [problem for chart in _pinned() if (problem := _fetch(folder, *chart))]
    # A chart's repository can replace the archive of a version; a folder that is kept shows it.
    problems += [
        f"{name}: its digest is not the one in {folder / DIGESTS}"
        for name in record_digests(folder)
    ]
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    sys.stdout.write(f"{len(list(folder.glob('*.tgz')))} charts in {folder}\n")
    return 1 if problems else 0


def _pinned() -> Iterator[tuple[str, str, str]]:
    """Repository, name and version of each chart, and of each older version that a minor takes."""
    for key, chart in versions.table().charts.items():
        for version in {chart.version, *(pin.version for pin in chart.versions.values())}:
            yield chart.repository, chart.chart or key, version


def _fetch(folder: Path, repository: str, name: str, version: str) -> str:
    """Fetches a chart: what went wrong, or an empty text."""
    file = folder / archive_name(name, version)
    try:
        if not file.is_file():
            made = made_chart(name, version)
            file.write_bytes(
                pinned(download(repository, name, version), name, version) if made is None else made
            )
    except RunnerError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main())
