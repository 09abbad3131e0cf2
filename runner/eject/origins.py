"""Synthesizes as main.py does, and notes for each element of a stack which code made it.

A program of its own, `python -m runner.eject.origins FILE [main.py's arguments]`, because a synth
happens once in a process. It writes the notes to FILE and leaves the output as it is.
"""

import importlib
import json
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[2]

_KINDS: Final = {
    "TerraformResource": "resource",
    "TerraformDataSource": "data",
    "TerraformProvider": "provider",
    "TerraformRemoteState": "data",
}
"""What an element is, by CDKTF's base class."""

_OWN: Final = ("backend", "modules", "stacks")
"""Folders of the code that makes elements; files of extensions are elsewhere and noted too."""


@dataclass(frozen=True)
class Maker:
    """A function that took part in making an element.

    Attributes:
        file: its file, relative to the project where it is in it.
        subject: first paragraph of the file's docstring.
        says: first paragraph of the docstring of the function, or of its class.
    """

    file: str
    subject: str
    says: str


@dataclass(frozen=True)
class Origin:
    """Where an element of a stack comes from.

    Attributes:
        path: its construct path.
        kind: resource, data or provider.
        type: Terraform's name of its type.
        source: the Python file of its generated class.
        generated: the name of that class.
        makers: the functions that made it, from the outermost to the innermost.
    """

    path: str
    kind: str
    type: str
    source: str
    generated: str
    makers: tuple[Maker, ...]


def read(file: Path) -> list[Origin]:
    """Reads the notes, in the order in which the elements were made."""
    return [
        Origin(**{**each, "makers": tuple(Maker(**maker) for maker in each["makers"])})
        for each in json.loads(file.read_text(encoding="utf-8"))
    ]


@contextmanager
def noting() -> Iterator[list[Origin]]:
    """Notes the elements that are made meanwhile, in the order in which they are made."""
    # Imported here, because the other commands need no jsii.
    runtime: Any = importlib.import_module("jsii._runtime")
    notes: list[Origin] = []
    create = runtime.JSIIMeta.__call__
    scopes: dict[int, tuple[Any, str]] = {}  # with the scope, so that no other gets its number

    def path(scope: Any, id_: str) -> str:
        if id(scope) not in scopes:
            scopes[id(scope)] = scope, scope.node.path
        return f"{scopes[id(scope)][1]}/{id_}"

    def create_and_note(cls: Any, *arguments: Any, **settings: Any) -> Any:
        made = create(cls, *arguments, **settings)
        kinds = (_KINDS[base.__name__] for base in cls.__mro__ if base.__name__ in _KINDS)
        kind = next(kinds, None)
        if kind and hasattr(cls, "TF_RESOURCE_TYPE"):
            source = str(sys.modules[cls.__module__].__file__)
            makers = tuple(_makers(sys._getframe(1)))
            type_ = str(cls.TF_RESOURCE_TYPE)
            notes.append(Origin(path(*arguments), kind, type_, source, cls.__name__, makers))
        return made

    runtime.JSIIMeta.__call__ = create_and_note
    try:
        yield notes
    finally:
        runtime.JSIIMeta.__call__ = create


def main(file: Path, arguments: list[str]) -> int:
    """Synthesizes, and writes the notes; gives main.py's exit code."""
    sys.argv = [str(PROJECT / "main.py"), *arguments]
    with noting() as notes:
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
        except SystemExit as end:
            if end.code:
                return end.code if isinstance(end.code, int) else 1
    file.write_text(json.dumps([asdict(each) for each in notes]), encoding="utf-8")
    return 0


def _makers(innermost: FrameType) -> Iterator[Maker]:
    frames: list[FrameType] = []
    frame: FrameType | None = innermost
    while frame is not None:
        if _is_own(Path(frame.f_code.co_filename)):
            frames.append(frame)
        frame = frame.f_back
    for each in reversed(frames):
        file = Path(each.f_code.co_filename)
        place = file.relative_to(PROJECT) if file.is_relative_to(PROJECT) else file
        yield Maker(str(place), _paragraph(each.f_globals.get("__doc__")), _says(each))


def _is_own(file: Path) -> bool:
    if file.is_relative_to(PROJECT):
        first = file.relative_to(PROJECT).parts[0]
        return first in _OWN or "extensions" in file.parts
    return "extensions" in file.parts and "site-packages" not in file.parts


def _says(frame: FrameType) -> str:
    """What the docstring of a function says, or for a constructor that of the object's class."""
    name = frame.f_code.co_name
    if name == "__init__" and "self" in frame.f_locals:
        return _paragraph(type(frame.f_locals["self"]).__doc__)
    return _paragraph(getattr(frame.f_globals.get(name), "__doc__", None))


def _paragraph(text: str | None) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((text or "").strip().partition("\n\n")[0].split())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
