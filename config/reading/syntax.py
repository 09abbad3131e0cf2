"""Says what is wrong with the syntax of a YAML file, in words for who wrote it."""

from typing import Final

import yaml

from config.reading.text_file import UnreadableError

_BEGUN_THERE: Final[dict[str, str]] = {
    "could not find expected ':'": "has no colon where `key: value` is expected",
    "did not find expected ',' or ']'": (
        "has a list in [brackets] that is not closed, or lacks a comma"
    ),
    "did not find expected ',' or '}'": (
        "has a mapping in {braces} that is not closed, or lacks a comma"
    ),
    "found unexpected end of stream": "has text in quotes that is not closed",
}
"""By libyaml's own message; what is wrong began before the place where the parser gave up."""

_WRONG_HERE: Final[dict[str, str]] = {
    "mapping values are not allowed in this context": (
        "has a colon that is not expected here: check the indentation, "
        "or put text that contains `: ` in quotes"
    ),
    "did not find expected key": (
        "has no `key: value` here: check the indentation and the lines above"
    ),
    "did not find expected '-' indicator": (
        "mixes a list with other settings here: check the indentation"
    ),
    "block sequence entries are not allowed in this context": (
        "has a list entry that is not expected here: begin the list on a new line"
    ),
}

_FIRST_CHARACTER: Final[dict[str, str]] = {
    "\t": "is indented with a tab: use spaces",
    "@": "has text that begins with @: put it in quotes",
    "`": "has text that begins with `: put it in quotes",
    "%": "has text that begins with %: put it in quotes",
}


def explain(error: yaml.MarkedYAMLError, text: str) -> UnreadableError:
    """The problem that a parser error stands for, in the text that the parser read."""
    found, mark = error.problem or "it cannot be parsed", error.problem_mark or error.context_mark
    if found in _BEGUN_THERE:
        mark = error.context_mark or mark
    if mark is None:
        return UnreadableError(f"is not valid YAML: {found}")
    message = _BEGUN_THERE.get(found) or _WRONG_HERE.get(found)
    if found == "found character that cannot start any token":
        lines = [*text.split("\n"), ""]
        message = _FIRST_CHARACTER.get(lines[mark.line][mark.column : mark.column + 1])
    details = f"{found} {error.context}" if error.context else found
    return UnreadableError.at(mark, message or f"is not valid YAML: {details}")
