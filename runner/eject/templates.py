"""Strings of Terraform JSON: each is a template, with `${...}` for values and `$${` for a `${`.

What is literal keeps its spelling, so that an escape stays the escape that it was.

Source: https://developer.hashicorp.com/terraform/language/syntax/json
"""

import re
from collections.abc import Iterator
from typing import Final

_ESCAPES: Final = ("$${", "%%{")
_OPENINGS: Final = ("${", "%{")
_SEQUENCE: Final = re.compile(r"\$\$\{|%%\{|\$\{|%\{")

_QUOTED: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_MANY_QUOTES: Final = 6
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


def parts(text: str) -> list[tuple[bool, str]]:
    """Splits a template: whether a part is a sequence (`${...}` or `%{...}`), and its text.

    Raises:
        ValueError: a sequence does not end.
    """
    found: list[tuple[bool, str]] = []
    literal = at = 0
    while opening := _SEQUENCE.search(text, at):
        at = opening.end()
        if opening[0] in _ESCAPES:
            continue
        if literal < opening.start():
            found.append((False, text[literal : opening.start()]))
        literal = at = _end_of_sequence(text, opening.start())
        found.append((True, text[opening.start() : at]))
    if literal < len(text):
        found.append((False, text[literal:]))
    return found


def expression(text: str) -> str | None:
    """The expression of a template that is nothing else, which keeps the expression's type."""
    match parts(text):
        case [(True, only)] if only.startswith("${") and not only.startswith("${~"):
            inner = only[2:-1].strip()
            return f"({inner})" if "\n" in inner else inner
        case _:
            return None


def quoted(text: str) -> str:
    """The template in quotes, on one line."""
    return '"' + "".join(_quoted_parts(text)) + '"'


def fits_heredoc(text: str) -> bool:
    """Whether a heredoc is how to write it: of several lines, or full of quotes; nothing unseen."""
    several = "\n" in text.rstrip("\n")
    return (several or text.count('"') >= _MANY_QUOTES) and not _UNPRINTABLE.search(text)


def _quoted_parts(text: str) -> Iterator[str]:
    for is_sequence, part in parts(text):
        if is_sequence:
            yield part
        else:
            yield _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", part.translate(_QUOTED))


def _end_of_sequence(text: str, start: int) -> int:
    """The position after the brace that ends the sequence which begins at `start`."""
    depth, at = 1, start + 2
    while at < len(text):
        match text[at]:
            case '"':
                at = _end_of_string(text, at)
                continue
            case "{":
                depth += 1
            case "}":
                depth -= 1
                if depth == 0:
                    return at + 1
            case _:
                pass
        at += 1
    raise ValueError(f"a sequence of the template does not end: {text[start:]}")


def _end_of_string(text: str, start: int) -> int:
    """The position after the quotes that end the string which begins at `start`."""
    at = start + 1
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(_ESCAPES, at):
            at += 3
        elif text.startswith(_OPENINGS, at):
            at = _end_of_sequence(text, at)
        elif text[at] == '"':
            return at + 1
        else:
            at += 1
    raise ValueError(f"a string in the template does not end: {text[start:]}")
