r"""JSON inside strings: which can be written as `jsonencode(...)`, and which must stay text.

`jsonencode` sorts keys, writes no spaces, and writes `<`, `>` and `&` as `\u003c`, `\u003e` and
`\u0026`. A string that it would change stays as it is, unless the provider compares documents.

Source: https://developer.hashicorp.com/terraform/language/functions/jsonencode
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from runner.eject import templates

_ESCAPED: Final = str.maketrans(
    {each: f"\\u{ord(each):04x}" for each in ("<", ">", "&", "\u2028", "\u2029")}
)
_FIRST_PLACEHOLDER: Final = 0xF0000
"""A private-use character: stands for a `${...}` while the text around it is read as JSON."""

_SPELLED_DIFFERENTLY: Final = re.compile(r"\\[bf]|\\u00(?:08|0c)")
"""Control characters whose spelling depends on Terraform's version."""


@dataclass(frozen=True)
class Decoded:
    """What a JSON text says; strings in it are templates."""

    value: Any


def decoded(text: str, *, document: bool) -> Decoded | None:
    """What the JSON in a string says, if `jsonencode` gives the same string or document.

    Args:
        document: whether the same document suffices.
    """
    if not text.startswith(("{", "[")):
        return None
    sequences: dict[str, str] = {}
    plain = ""
    for is_sequence, part in templates.parts(text):
        if is_sequence:
            placeholder = chr(_FIRST_PLACEHOLDER + len(sequences))
            sequences[placeholder] = part
            plain += placeholder
        else:
            plain += part
    try:
        found = json.loads(plain, object_pairs_hook=_without_duplicates)
    except ValueError:
        return None
    if not _keeps_numbers(found) or not (document or _encoded(found) == plain):
        return None
    return Decoded(_restored(found, sequences))


def _encoded(value: Any) -> str | None:
    """What `jsonencode` would write; None where that depends on Terraform's version."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return None if _SPELLED_DIFFERENTLY.search(text) else text.translate(_ESCAPED)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _keeps_numbers(value: Any) -> bool:
    """Whether all numbers are whole and exact: `jsonencode` writes others in its own way."""
    match value:
        case dict():
            return all(map(_keeps_numbers, value.values()))
        case list():
            return all(map(_keeps_numbers, value))
        case _:
            return not isinstance(value, float)


def _restored(value: Any, sequences: dict[str, str]) -> Any:
    match value:
        case dict():
            return {
                _restored(name, sequences): _restored(each, sequences)
                for name, each in value.items()
            }
        case list():
            return [_restored(each, sequences) for each in value]
        case str():
            return "".join(sequences.get(each, each) for each in value)
        case _:
            return value
