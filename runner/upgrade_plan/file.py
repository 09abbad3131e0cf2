"""Writes settings into the file of an environment; comments and everything else stay."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from config.reading.report import display
from config.reading.written import WrittenSettings
from config.reading.yaml_file import parse
from modules.merge import merged
from rules.load import Loaded
from rules.validate import SPEC
from runner.errors import RunnerError
from runner.upgrade_plan.steps import VERSION

INDENT: Final = 2

Steps = tuple[str, ...]

_QUOTED: Final = (VERSION,)
"""Settings whose value is a number without quotes."""

_SCALAR: Final = re.compile(r"""(?P<quote>["'])[^"']*(?P=quote)|[^\s,\]}#&*!|>'"%@`{\[]+""")


class _CannotWriteError(Exception):
    """The file has a form that is not edited."""


def write(loaded: Loaded, settings: Mapping[str, str]) -> str:
    """Writes settings into the file of an environment.

    They go into the file itself, also where it extends another one that has them; of a file with
    regions, into the settings of the region.

    Args:
        settings: values by their paths in the environment.

    Returns:
        What was written, for the user.

    Raises:
        RunnerError: the file has a form that is not edited; it names the lines to write by hand.
    """
    file = loaded.source.file
    region = loaded.source.region
    prefix: Steps = ("regions", region, "settings") if region else ()
    before = file.read_bytes().decode("utf-8")
    wanted = {(*prefix, *path.split(".")): (path, value) for path, value in settings.items()}
    try:
        text = edited(file, before, wanted)
    except _CannotWriteError as error:
        lines = "\n".join(f"  {_line(path, value)}" for path, value in wanted.values())
        raise RunnerError(
            f"{display(file)} is not changed, because {error}. Set by hand:\n{lines}", 2
        ) from error
    file.write_bytes(text.encode("utf-8"))
    said = ", ".join(_line(path, value) for path, value in wanted.values())
    where = f"{display(file)}, for {region}" if region else display(file)
    return f"{where}: {said}"


def edited(file: Path, text: str, wanted: Mapping[Steps, tuple[str, str]]) -> str:
    """The text of a file with further settings, which are all that differs.

    Args:
        wanted: by the path in the file, the path in the environment and the value.
    """
    expected: Any = _written(file, text).settings
    # Each goes before those that were inserted already.
    for steps, (path, value) in reversed(list(wanted.items())):
        expected = merged(expected, _nested(steps, value))
        text = _with(file, text, steps, _scalar(path, value))
    if _written(file, text).settings != expected:
        raise _CannotWriteError("an alias or another form of YAML stands where they belong")
    return text


def _written(file: Path, text: str) -> WrittenSettings:
    document = parse(file, text, SPEC)
    if document.written is None or document.problems:
        raise _CannotWriteError("its YAML would be wrong")
    return document.written


def _with(file: Path, text: str, steps: Steps, scalar: str) -> str:
    written = _written(file, text)
    lines = text.splitlines(keepends=True)
    if written.has(steps) and written.find(steps) is not None:
        return _replaced(written, lines, steps, scalar)
    depth = len(steps) - 1
    while depth and not written.has(steps[:depth]):
        depth -= 1
    return _inserted(written, lines, steps[:depth], steps[depth:], scalar)


def _replaced(written: WrittenSettings, lines: list[str], steps: Steps, scalar: str) -> str:
    place = written.places[steps].value
    line = lines[place.line - 1]
    found = _SCALAR.match(line, place.column - 1)
    if found is None:
        raise _CannotWriteError(f"line {place.line} has no plain value")
    quote = found["quote"] or ""
    new = scalar.replace('"', quote) if quote == "'" else scalar
    lines[place.line - 1] = f"{line[: found.start()]}{new}{line[found.end() :]}"
    return "".join(lines)


def _inserted(
    written: WrittenSettings, lines: list[str], inside: Steps, rest: Steps, scalar: str
) -> str:
    """Adds keys to a mapping: after its own key, or after its opening brace."""
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if not inside:
        ends = not lines or lines[-1].endswith("\n")
        return "".join([*lines, "" if ends else newline, *_block(rest, scalar, 0, newline)])
    place = written.places[inside]
    at = place.value
    line = lines[at.line - 1]
    if line[at.column - 1 : at.column] == "{":
        inner = ": {".join(rest) + f": {scalar}" + "}" * (len(rest) - 1)
        more = ", " if written.find(inside) else ""
        lines[at.line - 1] = f"{line[: at.column]}{inner}{more}{line[at.column :]}"
        return "".join(lines)
    length = len(inside)
    children = [
        each.key
        for path, each in written.places.items()
        if len(path) == length + 1 and path[:length] == inside
    ]
    indent = min((each.column for each in children), default=place.key.column + INDENT) - 1
    if not lines[place.key.line - 1].endswith("\n"):
        lines[place.key.line - 1] += newline
    lines[place.key.line : place.key.line] = _block(rest, scalar, indent, newline)
    return "".join(lines)


def _block(keys: Steps, scalar: str, indent: int, newline: str) -> list[str]:
    """Lines that nest keys."""
    lines = [f"{' ' * (indent + INDENT * depth)}{key}:" for depth, key in enumerate(keys)]
    lines[-1] = f"{lines[-1]} {scalar}"
    return [f"{line}{newline}" for line in lines]


def _nested(steps: Steps, value: str) -> dict[str, Any]:
    found: Any = value
    for step in reversed(steps):
        found = {step: found}
    return found


def _scalar(path: str, value: str) -> str:
    return f'"{value}"' if path in _QUOTED else value


def _line(path: str, value: str) -> str:
    return f"{path}: {_scalar(path, value)}"
