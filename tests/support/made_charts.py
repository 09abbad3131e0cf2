"""Stand-ins of the charts that we make of files of projects, so that no test needs the internet."""

from pathlib import Path
from typing import Final

from config import versions
from modules.helm import archives
from modules.helm.archives import archive_name
from runner.charts.bundle import archive_of_objects
from support.once import once

OBJECTS: Final = b"""\
apiVersion: v1
kind: ConfigMap
metadata: {name: stand-in}
"""


def use_stand_ins() -> None:
    """Lets the synth find a stand-in of each such chart."""
    archives.MADE_CHARTS = once("made-charts", _write)


def _write(folder: Path) -> None:
    for chart, entry in versions.table().charts.items():
        if entry.bundle is not None:
            archive = archive_of_objects(OBJECTS, chart, entry.version)
            (folder / archive_name(chart, entry.version)).write_bytes(archive)
