"""The use cases that a new environment can begin with: the examples."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from config.problem import Path as Keys
from modules.merge import merged
from rules.load import EXAMPLES, environments

SEVERAL_FILES: Final = {
    "fleet-hub": "it is one of the two files of a fleet",
    "fleet-spoke": "it is one of the two files of a fleet",
    "shop-blue": "it is one of the two files of a blue/green pair",
    "shop-green": "it is one of the two files of a blue/green pair",
    "two-regions": "its regions have settings of their own",
}
"""Examples that no one answer about account, region and domain fits, by name."""

NEED_A_DOMAIN: Final = ("envoy-gateway", "full", "gateway-api", "gitops")
"""They serve pages with a login, which is refused without a certificate."""

FIRST: Final = ("dev", "prod", "minimal")
"""Those to begin with; the others follow by name."""

_KEY: Final = re.compile(r"( *)([A-Za-z_][\w./-]*):(?: |$)")


@dataclass(frozen=True)
class UseCase:
    """An example, with what it inherits.

    Attributes:
        name: its name.
        purpose: for whom it is.
        settings: its settings and those that it inherits.
        comments: the comment lines above a key, by its path.
    """

    name: str
    purpose: str
    settings: Mapping[str, Any]
    comments: Mapping[Keys, tuple[str, ...]]

    @property
    def domain(self) -> str:
        """The first of its domain names, public ones first; empty for none."""
        edge = self.settings.get("edge", {})
        names = edge.get("domain_names") or edge.get("internal", {}).get("domain_names")
        return names[0] if names else ""


def use_cases() -> dict[str, UseCase]:
    """All use cases by name, those to begin with first."""
    files = {file.stem: file for file in environments(EXAMPLES)}
    names = [*FIRST, *sorted(files.keys() - {*FIRST, *SEVERAL_FILES})]
    return {name: read(files[name]) for name in names}


def read(file: Path) -> UseCase:
    """Reads an example and what it extends."""
    text = file.read_text(encoding="utf-8")
    own: dict[str, Any] = yaml.safe_load(text)
    purpose, comments = _comments(text)
    parent = own.pop("extends", None)
    if parent is None:
        return UseCase(file.stem, purpose, own, comments)
    base = read(file.parent / parent)
    return UseCase(file.stem, purpose, merged(base.settings, own), {**base.comments, **comments})


def _comments(text: str) -> tuple[str, dict[Keys, tuple[str, ...]]]:
    """What a file says at its beginning, and above each of its keys."""
    lines = text.splitlines()
    if lines[0].startswith("# yaml-language-server"):
        lines = lines[1:]
    count = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    purpose = " ".join(line.removeprefix("# ") for line in lines[:count])
    return purpose, dict(_above_keys(lines[count:]))


def _above_keys(lines: list[str]) -> Iterator[tuple[Keys, tuple[str, ...]]]:
    path: list[tuple[int, str]] = []
    waiting: list[str] = []
    for line in lines:
        if line.lstrip().startswith("# "):
            waiting.append(line.lstrip().removeprefix("# "))
            continue
        if found := _KEY.match(line):
            indent = len(found[1])
            path = [*(each for each in path if each[0] < indent), (indent, found[2])]
            if waiting:
                yield tuple(key for _, key in path), tuple(waiting)
        waiting = []
