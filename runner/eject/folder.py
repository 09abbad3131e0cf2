"""Writes ejected stacks to folders, and never over something else without being told to."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from filecmp import cmp, dircmp
from pathlib import Path
from typing import Final

from runner.errors import RunnerError

_KEPT: Final = (".terraform", ".terraform.lock.hcl", ".terraform.tfstate.lock.info")
"""What Terraform writes into the folder of a stack."""


@dataclass(frozen=True)
class Folder:
    """A folder and what it has to contain.

    Attributes:
        path: the folder.
        files: texts by the names of their files.
        copied: files and folders that are copied into it, by name.
    """

    path: Path
    files: Mapping[str, str]
    copied: Mapping[str, Path] = field(default_factory=dict[str, Path])

    def content(self) -> list[Path]:
        """What is in it, but what Terraform wrote there."""
        if not self.path.is_dir():
            return []
        return [
            each
            for each in self.path.iterdir()
            if each.name not in _KEPT and not each.name.startswith("terraform.tfstate")
        ]

    def differing(self) -> list[str]:
        """Names of what is missing, different or too much."""
        wanted = {name for name in {*self.files, *self.copied} if name not in _KEPT}
        found = {each.name for each in self.content()} ^ wanted
        for name, text in self.files.items():
            file = self.path / name
            if file.is_file() and file.read_bytes() != text.encode():
                found.add(name)
        for name in self.copied.keys() & wanted:
            if not _same(self.copied[name], self.path / name):
                found.add(name)
        return sorted(found)

    def write(self) -> None:
        """Replaces the content."""
        for each in self.content():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()
        self.path.mkdir(parents=True, exist_ok=True)
        for name, text in self.files.items():
            (self.path / name).write_text(text, encoding="utf-8", newline="\n")
        for name, source in self.copied.items():
            if source.is_dir():
                shutil.copytree(source, self.path / name)
            elif not (self.path / name).exists():
                shutil.copyfile(source, self.path / name)


def write_all(folders: Sequence[Folder], *, force: bool) -> list[Folder]:
    """Writes folders that are not there yet; gives those that were written.

    Args:
        folders: the folders.
        force: whether folders with other content are replaced. What Terraform wrote there stays.

    Raises:
        RunnerError: a folder has other content; then nothing is written.
    """
    stale = [each for each in folders if each.differing()]
    occupied = [each for each in stale if each.content()]
    if occupied and not force:
        lines = [f"  {each.path}: {', '.join(each.differing())}" for each in occupied]
        raise RunnerError(
            "These folders have other content, so nothing was written:\n"
            + "\n".join(lines)
            + "\nName another folder with --to, or replace them with --force.",
            2,
        )
    for each in stale:
        each.write()
    return stale


def _same(source: Path, copy: Path) -> bool:
    if source.is_dir():
        return copy.is_dir() and _same_folders(dircmp(source, copy))
    return copy.is_file() and cmp(source, copy, shallow=False)


def _same_folders(compared: "dircmp[str]") -> bool:
    unequal = compared.left_only or compared.right_only or compared.funny_files
    contents = all(
        cmp(Path(compared.left, each), Path(compared.right, each), shallow=False)
        for each in compared.common_files
    )
    return not unequal and contents and all(map(_same_folders, compared.subdirs.values()))
