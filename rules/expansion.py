"""Makes of a file with `regions` the settings of one environment for each region."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path as File
from typing import Final

from config.problem import Path, Problem
from config.reading.node import Located, Node
from config.reading.report import display

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
    root: Node

    @property
    def name(self) -> str | None:
        """The environment's name; None where the file has none."""
        node = self.root.child("name")
        return node.value if node is not None and isinstance(node.value, str) else None


def expanded(file: File, root: Node) -> list[Expansion]:
    """The settings of the environments of a file, in the order of its regions.

    Each has the settings of the file, and over them those of its region, merged as `extends`
    merges: a region that is wrong in part is expanded as far as it is right.
    """
    return [
        Expansion(EnvironmentSource(file, region), _settings(root, region, entry))
        for region, entry in _regions(root).items()
    ] or [Expansion(EnvironmentSource(file), root)]


def refused(root: Node) -> Iterator[Located]:
    """Yields the problems of settings that a file with `regions`, or a region, may not have."""
    regions, node = root.child(KEY), root.child("region")
    if regions is None or not (entries := _regions(root)):
        return
    # An inherited region is overridden as any setting that a file extends.
    if node is not None and node.key_position.file == regions.key_position.file:
        problem = Problem(("region",), "is given by `regions`", node.shown(), "one of the two")
        yield Located(node.position, problem)
    for region, entry in entries.items():
        for key in GIVEN:
            path: Path = (KEY, region, "settings", key)
            if (node := entry.find(path[2:])) is not None:
                message = "is no setting of a region"
                yield Located(node.key_position, Problem(path, message, node.shown()))


def _regions(root: Node) -> dict[str, Node]:
    """The regions, without those that a file takes away with null."""
    regions = root.child(KEY)
    entries = regions.value if regions is not None else None
    if not isinstance(entries, dict):
        return {}
    return {region: entry for region, entry in entries.items() if entry.value is not None}


def _settings(root: Node, region: str, entry: Node) -> Node:
    changes = entry.child("settings")
    entries = changes.value if changes is not None and isinstance(changes.value, dict) else {}
    own = {key: node for key, node in entries.items() if key not in GIVEN}
    own["region"] = replace(entry, value=region, position=entry.key_position, text="")
    if (name := _name(root, entry)) is not None:
        own["name"] = name
    return root.merged(replace(root, value=own))


def _name(root: Node, entry: Node) -> Node | None:
    given, code, base = entry.child("name"), entry.child("code"), root.child("name")
    if given is not None and given.value is not None:
        return given
    if base is None or code is None or not isinstance(base.value, str):
        return None
    return replace(code, value=f"{base.value}-{code.value}")
