"""Makes of a file with `regions` the settings of one environment for each region."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final

from config.problem import Path, Problem
from config.reading.report import display
from config.reading.written import Located, Place, WrittenSettings

KEY: Final = "regions"

GIVEN: Final = ("name", "region", KEY, "extends")
"""Settings of an environment that its region gives it, or that are the file's own."""


@dataclass(frozen=True)
class EnvironmentSource:
    """Where an environment is written: a file, and the region in it if it has several."""

    file: File
    region: str = ""

    def display(self) -> str:
        """How messages name it."""
        name = display(self.file)
        return f"{name} ({self.region})" if self.region else name


@dataclass(frozen=True)
class Expansion:
    """The settings of one environment of a file."""

    source: EnvironmentSource
    written: WrittenSettings

    @property
    def name(self) -> str | None:
        """The environment's name; None where the file has none."""
        name = self.written.find(("name",))
        return name if isinstance(name, str) else None


def expanded(file: File, written: WrittenSettings) -> list[Expansion]:
    """The settings of the environments of a file, in the order of its regions.

    Each has the settings of the file, and over them those of its region, merged as `extends`
    merges: a region that is wrong in part is expanded as far as it is right.
    """
    return [
        Expansion(EnvironmentSource(file, region), _settings(written, region))
        for region in _regions(written)
    ] or [Expansion(EnvironmentSource(file), written)]


def refused(written: WrittenSettings) -> Iterator[Located]:
    """Yields the problems of settings that a file with `regions`, or a region, may not have."""
    regions, one = _regions(written), ("region",)
    files = {written.locate(path, key=True).file for path in (one, (KEY,))}
    # An inherited region is overridden as any setting that a file extends.
    if regions and written.has(one) and len(files) == 1:
        shown = written.shown(one)
        problem = Problem(one, "is given by `regions`", shown, "one of the two")
        yield Located(written.locate(one), problem)
    for region in regions:
        for key in GIVEN:
            path: Path = (KEY, region, "settings", key)
            if written.has(path):
                problem = Problem(path, "is no setting of a region", written.shown(path))
                yield Located(written.locate(path, key=True), problem)


def _regions(written: WrittenSettings) -> list[str]:
    """The regions, without those that a file takes away with null."""
    entries = written.find((KEY,))
    if not isinstance(entries, dict):
        return []
    return [region for region, entry in entries.items() if entry is not None]


def _settings(written: WrittenSettings, region: str) -> WrittenSettings:
    entry = (KEY, region)
    changes = written.below((*entry, "settings")).without(*GIVEN)
    at = written.places[entry].key
    given = {"region": (region, Place(at, at))}
    if (name := _name(written, entry)) is not None:
        given["name"] = name
    settings = {key: value for key, (value, _) in given.items()}
    places = {(key,): place for key, (_, place) in given.items()}
    top = {(): written.places[()]}
    return written.extended_by(
        WrittenSettings(changes.settings | settings, changes.places | places | top)
    )


def _name(written: WrittenSettings, entry: Path) -> tuple[Any, Place] | None:
    """The name of a region's environment and its place."""
    given, code = (*entry, "name"), (*entry, "code")
    if written.find(given) is not None:
        return written.find(given), written.places[given]
    base = written.find(("name",))
    if written.has(code) and isinstance(base, str):
        return f"{base}-{written.find(code)}", written.places[code]
    return None
