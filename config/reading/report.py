"""How problems look: one line each, `file:line:column: path: what is wrong (value); ...`."""

import json
import re
from collections.abc import Iterable
from pathlib import Path as File
from typing import Final

from config.problem import MISSING, Path
from config.reading.written import Located, Position, Verbatim

LONGEST_VALUE: Final = 60
"""Characters of a value that are shown, enough to recognize it."""

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_URL_PASSWORD: Final = re.compile(r"://[^/@\s]*:[^/@\s]*@")


class ConfigError(Exception):
    """Files are wrong. Its text is every problem of every file, one per line.

    Attributes:
        problems: the problems, in the order of the text.
    """

    def __init__(self, problems: Iterable[Located]) -> None:
        lines = {render(located): located for located in problems}
        ordered = sorted(lines.items(), key=lambda line: (line[1].position, line[0]))
        self.problems = tuple(located for _, located in ordered)
        super().__init__("\n".join(line for line, _ in ordered))


def render(located: Located) -> str:
    """Returns a problem as one line that is safe to print on a terminal."""
    problem = located.problem
    line = f"{_place(located.position)}: "
    if problem.path:
        line += f"{dotted(problem.path)}: "
    line += _printable(problem.message)
    if problem.value is not MISSING:
        line += f" ({_shown(problem.value)})"
    if problem.allowed:
        line += f"; allowed {_printable(problem.allowed)}"
    if problem.suggestion:
        line += f"; did you mean {_printable(problem.suggestion)}?"
    return line


def dotted(path: Path) -> str:
    """Returns a path as it is written in messages, for example network.availability_zones[1]."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{_shortened(step)}" if text else _shortened(step)
        else:
            text += f"[{_quoted(step)}]"
    return text


def display(file: File) -> str:
    """Returns a file's name as messages show it: relative to the working directory if below it."""
    here = File.cwd()
    return _printable(str(file.relative_to(here) if file.is_relative_to(here) else file))


def _place(position: Position) -> str:
    name = display(position.file)
    return f"{name}:{position.line}:{position.column}" if position.line else name


def _shown(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if not isinstance(value, Verbatim):
        value = Verbatim(json.dumps(value, ensure_ascii=False, default=str))
    return _shortened(_printable(value.text))


def _quoted(text: str) -> str:
    return json.dumps(_shortened(_printable(text)), ensure_ascii=False).replace("\\\\", "\\")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def _printable(text: str) -> str:
    """Escapes what would break the line or steer the terminal, bidirectional marks included.

    A password in a URL is masked: the report may end up in a log that others read.
    """
    text = _URL_PASSWORD.sub("://***@", text)
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
