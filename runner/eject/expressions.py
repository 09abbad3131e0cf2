"""Writes values of Terraform JSON as expressions of HCL, as `terraform fmt` does.

An expression is a list of lines: the first follows `name = `, the others are indented against it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from runner.eject import templates
from runner.eject.json_text import decoded

Lines = list[str]

UNINDENTED: Final = "\0"
"""Begins a line that keeps its place: one of a heredoc whose text has empty lines."""

_INLINE: Final = 80
"""A list of single values that is no longer stays on one line."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_KEYWORDS: Final = frozenset({"for", "if", "in", "true", "false", "null"})
_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"')


def value(given: Any, *, document: bool = False) -> Lines:
    """A value of Terraform JSON as an expression.

    Args:
        document: whether a string is compared as a JSON document, so that its spacing and the
            order of its keys do not matter.
    """
    match given:
        case None:
            return ["null"]
        case bool():
            return [str(given).lower()]
        case int() | float():
            return [repr(given)]
        case str():
            return _string(given, document=document)
        case dict():
            entries = ((key(name), value(each)) for name, each in given.items())
            return _enclosed("{", aligned(entries), "}")
        case _:
            return _list([value(each) for each in given])


def key(name: str) -> str:
    """A key of an object: a name, a string, or an expression in parentheses."""
    if _NAME.fullmatch(name) and name not in _KEYWORDS:
        return name
    computed = templates.expression(name)
    return templates.quoted(name) if computed is None else f"({computed})"


def aligned(entries: Iterable[tuple[str, Lines]]) -> Lines:
    """Assignments, with the equals signs of adjacent single lines in one column."""
    found: Lines = []
    chain: list[tuple[str, str]] = []

    def close() -> None:
        width = max((len(name) for name, _ in chain), default=0)
        found.extend(f"{name:<{width}} = {text}" for name, text in chain)
        chain.clear()

    for name, (first, *others) in entries:
        if _opens(first):
            close()
            found.append(f"{name} = {first}")
        else:
            chain.append((name, first))
        if others:
            close()
            found.extend(others)
    close()
    return found


def indented(lines: Iterable[str]) -> Iterator[str]:
    """Lines two spaces further to the right, but those of a heredoc that keep their place."""
    for line in lines:
        yield line if not line or line.startswith(UNINDENTED) else f"  {line}"


def _opens(line: str) -> bool:
    """Whether brackets stay open at the end of a line."""
    code = _STRINGS.sub("", line)
    return sum(map(code.count, "([{")) > sum(map(code.count, ")]}"))


def _string(text: str, *, document: bool) -> Lines:
    alone = templates.expression(text)
    if alone is not None:
        return [alone]
    found = decoded(text, document=document)
    if found is not None:
        first, *others = value(found.value)
        lines = [f"jsonencode({first}", *others]
        return [*lines[:-1], f"{lines[-1]})"]
    return _heredoc(text) if templates.fits_heredoc(text) else [templates.quoted(text)]


def _heredoc(text: str) -> Lines:
    """A heredoc, which ends with a line break: `chomp` takes it away where the text has none."""
    body = text.removesuffix("\n").split("\n")
    mark = "EOT"
    while mark in map(str.strip, body):
        mark += "_"
    # `<<-` removes the indentation that all lines have in common, and an empty line has none.
    flush = all(body) and not any(line[0] in " \t" for line in body[:1])
    start = f"<<-{mark}" if flush else f"<<{mark}"
    inner = [f"  {line}" if flush else f"{UNINDENTED}{line}" for line in body]
    end = mark if flush else f"{UNINDENTED}{mark}"
    if text.endswith("\n"):
        return [start, *inner, end]
    return [f"chomp({start}", *inner, end, ")"]


def _list(items: Sequence[Lines]) -> Lines:
    if all(len(item) == 1 for item in items):
        line = "[" + ", ".join(item[0] for item in items) + "]"
        if len(line) <= _INLINE:
            return [line]
    return _enclosed("[", [line for item in items for line in [*item[:-1], f"{item[-1]},"]], "]")


def _enclosed(start: str, lines: Lines, end: str) -> Lines:
    return [start, *indented(lines), end] if lines else [start + end]
