"""Says what is wrong with the syntax of a YAML file, in words for who wrote it."""

from typing import Final

import yaml

from config.reading.text_file import UnreadableError

_MESSAGES: Final[dict[str, str]] = {
    "mapping values are not allowed in this context": (
        "has a colon that is not expected here: check the indentation, "
        "or put text that contains `: ` in quotes"
    ),
    "did not find expected key": (
        "has no `key: value` here: check the indentation and the lines above"
    ),
    "could not find expected ':'": "has no colon where `key: value` is expected",
    "did not find expected '-' indicator": (
        "mixes a list with other settings here: check the indentation"
    ),
    "did not find expected ',' or ']'": (
        "has a list in [brackets] that is not closed, or lacks a comma"
    ),
    "did not find expected ',' or '}'": (
        "has a mapping in {braces} that is not closed, or lacks a comma"
    ),
    "found unexpected end of stream": "has text in quotes that is not closed",
    "block sequence entries are not allowed in this context": (
        "has a list entry that is not expected here: begin the list on a new line"
    ),
}
"""By libyaml's own message."""

_OPENED_BEFORE: Final = frozenset(
    {
        "could not find expected ':'",
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
        "found unexpected end of stream",
    }
)
"""Errors to look for where the text began rather than where the parser gave up."""

_CHARACTERS: Final[dict[str, str]] = {
    "\t": "is indented with a tab: use spaces",
    "@": "has text that begins with @: put it in quotes",
    "`": "has text that begins with `: put it in quotes",
    "%": "has text that begins with %: put it in quotes",
}


def explain(error: yaml.YAMLError, text: str) -> UnreadableError:
    """The problem that a parser error stands for, in the text that the parser read."""
    found = getattr(error, "problem", None) or "it cannot be parsed"
    context, where = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    mark = (context or where) if found in _OPENED_BEFORE else (where or context)
    if mark is None:
        return UnreadableError(f"is not valid YAML: {found}")
    message = _MESSAGES.get(found)
    if found == "found character that cannot start any token":
        lines = text.split("\n")
        line = lines[mark.line] if mark.line < len(lines) else ""
        message = _CHARACTERS.get(line[mark.column : mark.column + 1])
    if message is None:
        detail = getattr(error, "context", None)
        message = f"is not valid YAML: {found}" + (f" {detail}" if detail else "")
    return UnreadableError(message, mark.line + 1, mark.column + 1)
