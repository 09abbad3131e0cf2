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

BOOLEANS: Final = {
    "true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"
}  # fmt: skip
"""Booleans of YAML 1.1 in lower case, as YAML 1.2 writes them."""

_FIRST_OF_ANYTHING_BUT_TEXT: Final = frozenset("+-.0123456789yYnNoO")

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})")
_FLOAT: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+][0-9]{1,2})?")

_AMBIGUOUS: Final[dict[str, str]] = {
    r"[-+]?[0-9]{20,}": "is too long for a number",
    r"[-+]?0[0-9_]+": "has a leading zero, which YAML 1.1 reads as octal",
    r"[-+]?0[box][0-9a-fA-F_]+": "is not a decimal number",
    r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?": "is a base-60 number in YAML 1.1",
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?": "is a date in YAML 1.1",
    r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)": "is not a finite number",
    r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?": (
        "is a number in one YAML version and text in another"
    ),
}
"""Patterns of what YAML's versions read differently, the first that matches counts."""


@dataclass(frozen=True)
class Refused:
    """A scalar that no type accepts, and why; without a message where that is reported already."""

    text: str = ""
    message: str = ""

    def __str__(self) -> str:
        return self.text


def resolve(text: str) -> str | int | float | bool | Refused | None:
    """The value of an unquoted scalar; it is refused where YAML 1.1 and 1.2 differ."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _FIRST_OF_ANYTHING_BUT_TEXT:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    message = _ambiguity(text)
    return Refused(text, message) if message else text


def _ambiguity(text: str) -> str:
    lower = text.lower()
    if lower in BOOLEANS and text in {lower, text.title(), text.upper()}:
        return f"is {BOOLEANS[lower]} in YAML 1.1 and text in YAML 1.2"
    found = (message for pattern, message in _AMBIGUOUS.items() if re.fullmatch(pattern, text))
    return next(found, "")
