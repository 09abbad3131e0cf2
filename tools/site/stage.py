"""The documents in a folder of their own, with all that they link to.

The folder has the layout of the repository, so that links stay as they are. Files that are no
documents are copied as they are; a link to a folder leads to its README.md, or to a list of its
files.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.site.lists import indented

PROJECT: Final = Path(__file__).parents[2]

DOCUMENTS: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md")

LIST: Final = "index.md"
"""The list of the files of a folder without a README.md."""

_LINK: Final = re.compile(r"(?<=\]\()([^)\s#:]+)(?=(?:#[^)\s]*)?\))")
_FENCED: Final = re.compile(r"^( *)(```+|~~~+).*?^\1\2", re.DOTALL | re.MULTILINE)
_SKIPPED: Final = frozenset({"__pycache__"})


class Stage:
    """The folder of the documents."""

    def __init__(self, folder: Path, project: Path = PROJECT) -> None:
        """Writes it.

        Args:
            folder: a folder that is empty or does not exist.
            project: the repository.

        Raises:
            FileNotFoundError: a link leads nowhere; with document and link.
        """
        self._project = project
        self._folder = folder
        self._done: set[Path] = set()
        for pattern in DOCUMENTS:
            for file in sorted(project.glob(pattern)):
                self._add(file)

    def _add(self, file: Path) -> None:
        """Writes a file or the list of a folder, and what it links to, unless that is done."""
        if file in self._done:
            return
        self._done.add(file)
        if file.is_dir():
            self._write(file / LIST, "\n".join(self._list(file)) + "\n")
        elif file.suffix == ".md":
            self._write(file, self._document(file))
        else:
            target = self._target(file)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)

    def _document(self, file: Path) -> str:
        """A document with links to files instead of folders, and lists for Python's Markdown."""
        text = file.read_text(encoding="utf-8")
        parts: list[str] = []
        end = 0
        for fenced in _FENCED.finditer(text):
            parts += [self._linked(file, text[end : fenced.start()]), fenced[0]]
            end = fenced.end()
        return indented("".join([*parts, self._linked(file, text[end:])]))

    def _linked(self, file: Path, text: str) -> str:
        return _LINK.sub(lambda found: self._link(file, found[1]), text)

    def _link(self, file: Path, link: str) -> str:
        target = (file.parent / link).resolve()
        if not target.exists():
            raise FileNotFoundError(f"{file.relative_to(self._project)} links to {link}")
        if not target.is_dir():
            self._add(target)
            return link
        readme = target / "README.md"
        self._add(readme if readme.is_file() else target)
        name = readme.name if readme.is_file() else LIST
        return f"{link.rstrip('/')}/{name}"

    def _list(self, folder: Path) -> Iterator[str]:
        yield f"# {folder.relative_to(self._project).as_posix()}"
        yield ""
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder)
            hidden = any(part.startswith(".") or part in _SKIPPED for part in inside.parts)
            if file.is_file() and not hidden and file.suffix != ".pyc":
                self._add(file)
                yield f"- [{inside.as_posix()}]({inside.as_posix()})"

    def _write(self, file: Path, text: str) -> None:
        target = self._target(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def _target(self, file: Path) -> Path:
        return self._folder / file.relative_to(self._project)
