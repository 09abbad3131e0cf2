"""What a wrong value most likely stands for, as its setting accepts it."""

import re
from math import isfinite

from config.problem import Path, Problem
from config.reading.field_spec import FieldSpec
from config.reading.nearest import nearest
from config.reading.scalars import BOOLEANS, Refused, resolve
from config.reading.written import Verbatim

_UNIT = re.compile(r"(?<=[0-9]) ?(Gi|GiB|GB|G|%)$")
"""Units in which sizes and shares are counted anyway."""

_LONGEST_NUMBER = 40
"""Characters; Python converts no number of thousands of digits."""


def disambiguated(path: Path, found: Refused, spec: FieldSpec) -> Problem:
    """The problem of a value that YAML's versions read differently, in the words of its setting."""
    text, shown = found.text, Verbatim(found.text)
    if spec.kind == "anything" and not spec.alternatives:
        meant = BOOLEANS.get(text.lower()) or _number(text)
        allowed = f'"{text}" in quotes' if meant is None else f'{meant}, or "{text}" in quotes'
        return Problem(path, found.message, shown, allowed)
    return Problem(path, found.message, shown, spec.describe(), corrected(shown, spec))


def corrected(shown: object, spec: FieldSpec) -> str:
    """A wrong scalar as its setting accepts it, ready to be pasted; empty where none is near."""
    text = shown if isinstance(shown, str) else shown.text if isinstance(shown, Verbatim) else ""
    match spec.kind if text else "":
        case "text":
            return _as_text(text, spec, is_quoted=text is shown)
        case "boolean":
            return BOOLEANS.get(text.lower(), "")
        case "integer" | "number":
            number = _number(_UNIT.sub("", text))
            fits = number is not None and spec.in_range(number)
            return str(number) if fits and (spec.kind == "number" or type(number) is int) else ""
        case "choice":
            return _as_choice(text, spec)
        case "list" if text is shown:
            return _as_list(text, spec)
        case _:
            return ""


def _as_text(text: str, spec: FieldSpec, *, is_quoted: bool) -> str:
    """The text in quotes if need be, or in the form that is wanted if habit wrote another."""
    plain = text.strip()
    forms = [plain, plain.lower(), re.sub("[_ ]", "-", plain.lower()), plain.replace("-", "")]
    if spec.extract and (found := re.search(spec.extract, plain)):
        forms.append(found.expand(spec.replacement))
    others = [form for form in forms if form != text] if is_quoted else [text, *forms]
    right = next(filter(spec.matches, others), "")
    return right if resolve(right) == right else f'"{right}"' if right else ""


def _as_list(text: str, spec: FieldSpec) -> str:
    entries = re.split(r"[,\s]+", text.strip(" ,"))
    item = spec.item
    right = item is not None and item.kind == "text" and item.matches(*entries)
    return f"[{', '.join(entries)}]" if right and len(entries) >= (spec.minimum or 0) else ""


def _as_choice(text: str, spec: FieldSpec) -> str:
    if text in spec.choices:
        return f'"{text}"'
    number = _number(text)
    numbers = [choice for choice in spec.choices if isinstance(choice, int)]
    if number is None or not numbers:
        return nearest(text, map(str, spec.choices))
    return str(min(numbers, key=lambda choice: abs(choice - number)))


def _number(text: str) -> int | float | None:
    """The number that a text stands for, if it can be written so that all YAML versions agree."""
    if len(text) > _LONGEST_NUMBER:
        return None
    plain = text.replace("_", "")
    try:
        number = int(plain, 0) if re.match("[-+]?0[box]", plain) else float(plain)
    except ValueError:
        return None
    if isfinite(number) and number == int(number):
        number = int(number)
    return number if resolve(str(number)) == number else None
