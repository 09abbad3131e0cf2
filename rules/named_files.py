"""The files of the environments that `fleet` and `edge` name."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File

from config.problem import Path, Problem
from config.reading.extends import SUFFIX
from config.reading.nearest import nearest
from config.reading.written import WrittenSettings
from rules.edge.shared import OWNER, WEIGHTS
from rules.regions.fleet import HUB, SPOKES


@dataclass(frozen=True)
class Named:
    """An environment that a file names.

    Attributes:
        path: the setting that names it.
        folder: where its file is: beside the file that names it.
    """

    path: Path
    name: str
    folder: File

    @property
    def file(self) -> File:
        """Its file."""
        return self.folder / f"{self.name}{SUFFIX}"

    def missing(self) -> Problem:
        """Says that there is no such file."""
        stems = sorted(file.stem for file in self.folder.glob(f"*{SUFFIX}"))
        message = f"has no file {self.name}{SUFFIX} in the same folder"
        return Problem(self.path, message, self.name, ", ".join(stems), nearest(self.name, stems))

    def several(self) -> Problem:
        """Says that its file describes other environments."""
        message = "is a platform in several regions, which has an environment for each"
        return Problem(self.path, message, self.name, "an environment without `regions`")


def named(written: WrittenSettings) -> Iterator[Named]:
    """The environments that the settings of a file without `regions` name."""
    if written.has(("regions",)):
        return
    spokes = written.find(SPOKES)
    paths: list[Path] = [HUB]
    paths += ((*SPOKES, index) for index in range(len(spokes) if isinstance(spokes, list) else 0))
    paths.append(OWNER)
    for path in paths:
        name = written.find(path)
        if isinstance(name, str):
            yield Named(path, name, written.locate(path).file.parent)
    weights = written.find(WEIGHTS)
    for name in weights if isinstance(weights, dict) else ():
        path = (*WEIGHTS, name)
        if isinstance(name, str) and name != written.find(("name",)):
            yield Named(path, name, written.locate(path).file.parent)
