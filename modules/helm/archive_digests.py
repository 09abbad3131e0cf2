"""The digests of archives in a folder, so that one that changes there is noticed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

DIGESTS: Final = "sha256sums"
"""The file with the archives' digests, as `sha256sum --check` reads it."""


def record_digests(folder: Path) -> list[str]:
    """Records the digests of archives that have none yet.

    Returns:
        The names of archives whose digests are not the recorded ones.
    """
    recorded = _recorded(folder)
    found = {path.name: _digest(path) for path in sorted(folder.glob("*.tgz"))}
    known = found | recorded
    lines = (f"{known[name]}  {name}\n" for name in sorted(known))
    (folder / DIGESTS).write_text("".join(lines))
    return [name for name in found if known[name] != found[name]]


def changed(files: Iterable[Path]) -> list[str]:
    """The names of archives whose digests are not those that their folder has of them."""
    files = sorted(set(files))
    recorded = {folder: _recorded(folder) for folder in {file.parent for file in files}}
    return [
        file.name
        for file in files
        if file.name in recorded[file.parent] and recorded[file.parent][file.name] != _digest(file)
    ]


def recorded_digest(file: Path) -> str | None:
    """The digest that the folder of an archive has of it; None where it has none."""
    return _recorded(file.parent).get(file.name)


def _recorded(folder: Path) -> dict[str, str]:
    file = folder / DIGESTS
    lines = file.read_text().splitlines() if file.is_file() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
