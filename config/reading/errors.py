"""Puts the errors of a model into words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from config.problem import Path, Problem
from config.reading.corrections import corrected
from config.reading.field_spec import FieldSpec
from config.reading.nearest import nearest

NAMES_ALIKE: Final = 0.67
"""Names of settings are short: of six letters, three in the same order mean nothing."""

SECTION_DEPTH: Final = 2
"""A section and a setting in it."""

REQUIRED: Final = "is required"

MESSAGES: Final[dict[str, str]] = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping of settings",
    "string_pattern_mismatch": "has the wrong form",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "greater_than_equal": "is out of range",
    "less_than_equal": "is out of range",
    "literal_error": "is not one of the choices",
}
"""By pydantic's type of error. A type with a custom error describes what is wrong itself, and can
say in the error's context what is `allowed`, or the `choices`, and a `suggestion`."""


def explained(error: ValidationError, path: Path, spec: FieldSpec, shown: object) -> Problem:
    """The problem that the model's error with a value is. Messages show the value as `shown`."""
    details = error.errors(include_url=False)[0]
    kind, context = details["type"], details.get("ctx", {})
    if spec.alternatives:
        # What the model says of each alternative that it tried is left out.
        return Problem(path, "is not accepted", shown, spec.describe())
    message = MESSAGES.get(kind, details["msg"])
    allowed = context.get("allowed") or context.get("choices") or spec.describe()
    if kind in {"string_too_short", "string_too_long"}:
        length = len(str(shown))
        message += f", {length} {'character' if length == 1 else 'characters'}"
        return Problem(path, message, shown, allowed)
    suggestion = _suggestion(context, spec, shown)
    return Problem(path, message, shown, "" if allowed in message else allowed, suggestion)


def of_key(problem: Problem) -> Problem:
    """The problem of a key, said of the mapping that has it."""
    form = problem.message.removeprefix("has the ")
    is_form = form != problem.message
    return replace(problem, message=f"has a key {'of the' if is_form else 'that'} {form}")


def not_a_setting(
    path: Path, section: FieldSpec, top: FieldSpec, synonyms: Mapping[str, str]
) -> Problem:
    """The problem of a key that its section does not have. `top` is the spec of the whole file."""
    suggestion = _renamed(path, section, top, synonyms)
    return Problem(path, "is not a setting", allowed=section.describe(), suggestion=suggestion)


def _suggestion(context: dict[str, Any], spec: FieldSpec, shown: object) -> str:
    if "suggestion" in context:
        return context["suggestion"]
    if "choices" in context and isinstance(shown, str):
        return nearest(shown, context["choices"].split(", "))
    return corrected(shown, spec)


def _renamed(path: Path, parent: FieldSpec, top: FieldSpec, synonyms: Mapping[str, str]) -> str:
    """The setting that a name most likely stands for."""
    key = str(path[-1])
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).replace("-", "_").lower()
    if synonyms.get(snake) == "":
        return ""
    synonym = tuple(synonyms[snake].split(".")) if snake in synonyms else ()
    if synonym and path[:-1] != synonym:
        return synonym[-1] if path[:-1] == synonym[:-1] else ".".join(synonym)
    if near := nearest(key, parent.keys, NAMES_ALIKE):
        return near
    elsewhere = [found for found in _settings(top) if found[-1] == key]
    # The same word deep in another section most likely means something else.
    is_near = len(elsewhere) == 1 and len(elsewhere[0]) <= SECTION_DEPTH
    return ".".join(elsewhere[0]) if is_near else ""


def _settings(section: FieldSpec, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key in section.keys:
        yield (*prefix, key)
        inner = section.child(key)
        if inner is not None:
            yield from _settings(inner, (*prefix, key))
