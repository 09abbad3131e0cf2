"""What an unquoted YAML value means, where all YAML versions agree on it.

YAML 1.1 reads `no` as false, `010` as 8 and `1:30` as 90; YAML 1.2 reads text, 10 and text.
A file that means one thing to the editor and another to this program is a trap, so such a
value is refused, whatever setting it stands at.

Sources: https://yaml.org/type/ (1.1), https://yaml.org/spec/1.2.2/#103-core-schema (1.2).
"""

import re
from dataclasses import dataclass
from typing import Final

_CONSTANTS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip

OLD_BOOLEANS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
"""Booleans of YAML 1.1 only, as YAML 1.2 writes them."""

_FIRST_OF_ANYTHING_BUT_TEXT: Final = frozenset("+-.0123456789yYnNoO")

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})")
_FLOAT: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+][0-9]{1,2})?")


@dataclass(frozen=True)
class Unclear:
    """A value that YAML's versions read differently.

    Attributes:
        reading: what is wrong with it.
        allowed: how to write what was meant, whatever the setting.
    """

    reading: str
    allowed: str


_DISAGREEMENTS: Final[tuple[tuple[re.Pattern[str], str, str], ...]] = tuple(
    (re.compile(pattern), reading, alternative)
    for pattern, reading, alternative in (
        (r"[-+]?[0-9]{20,}", "is too long for a number", ""),
        (
            r"[-+]?0[0-9_]+",
            "has a leading zero, which makes it an octal number to some YAML readers",
            "a number without the zero",
        ),
        (r"[-+]?0[box][0-9a-fA-F_]+", "is not a decimal number", "a decimal number"),
        (
            r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?",
            "is a base-60 number to some YAML readers",
            "",
        ),
        (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?", "is a date to some YAML readers", ""),
        (r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "is not a finite number", "a finite number"),
        (
            r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?",
            "is a number to some YAML readers and text to others",
            "a number such as 1000 or 0.5",
        ),
    )
)
"""Forms on which YAML's versions differ: pattern, what is wrong, what else to write."""


def resolve(text: str) -> str | int | float | bool | Unclear | None:
    """Returns the value of an unquoted scalar.

    Args:
        text: the scalar as it stands in the file.

    Returns:
        the value, or `Unclear` where YAML 1.1 and 1.2 differ.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _FIRST_OF_ANYTHING_BUT_TEXT:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return _unclear(text) or text


def _unclear(text: str) -> Unclear | None:
    quoted = f'"{text}" in quotes'
    if text.lower() in OLD_BOOLEANS and text in {text.lower(), text.title(), text.upper()}:
        meaning = OLD_BOOLEANS[text.lower()]
        reading = f"is {meaning} to some YAML readers and text to others"
        return Unclear(reading, f"{meaning}, or {quoted}")
    for pattern, reading, alternative in _DISAGREEMENTS:
        if pattern.fullmatch(text):
            return Unclear(reading, f"{alternative}, or {quoted}" if alternative else quoted)
    return None
