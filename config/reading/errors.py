"""Puts the errors of a model into words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic_core import ErrorDetails

from config.problem import Path, Problem
from config.reading.corrections import corrected
from config.reading.field_spec import FieldSpec
from config.reading.nearest import nearest
from config.reading.node import Node

NAMES_ALIKE: Final = 0.67
"""Names of settings are short: of six letters, three in the same order mean nothing."""

SECTION_DEPTH: Final = 2
"""A section and a setting in it."""

MESSAGES: Final[dict[str, str]] = {
    "missing": "is required",
    "extra_forbidden": "is not a setting",
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


def explained(
    error: ErrorDetails, root: Node, spec: FieldSpec, synonyms: Mapping[str, str]
) -> tuple[Path, bool, Problem]:
    """The setting that an error is about, whether its key is wrong, and the problem.

    Args:
        root: what was validated.
        spec: the spec of the model.
        synonyms: see `config.reading.validate`.
    """
    loc = error["loc"]
    starts = [loc[:length] for length in range(len(loc))]
    # What the model says of each alternative that it tried is left out.
    path = next((path for path in starts if getattr(spec.at(path), "alternatives", ())), loc)
    parent = spec.at(path[:-1]) or spec
    if error["type"] == "extra_forbidden":
        suggestion = _renamed(path, parent, spec, synonyms)
        message = MESSAGES["extra_forbidden"]
        return path, True, Problem(path, message, allowed=parent.describe(), suggestion=suggestion)
    mapping = spec.at(path[:-2]) if path[-1:] == ("[key]",) else None
    if mapping is not None and mapping.kind == "mapping" and mapping.key is not None:
        path = path[:-1]
        key = Node(path[-1], root.position, root.position)
        problem = _problem(error, path, mapping.key, key)
        message = re.sub("^(?!has the)", "that ", problem.message)
        message = "has a key " + message.replace("has the", "of the", 1)
        return path, True, replace(problem, message=message)
    return path, False, _problem(error, path, spec.at(path) or spec, root.find(path))


def _problem(error: ErrorDetails, path: Path, spec: FieldSpec, node: Node | None) -> Problem:
    kind, context = error["type"], error.get("ctx", {})
    message = MESSAGES.get(kind, error["msg"])
    allowed = context.get("allowed") or context.get("choices") or spec.describe()
    if node is None or kind == "missing":
        return Problem(path, message, allowed=allowed)
    if spec.alternatives:
        return Problem(path, "is not accepted", node.shown(), allowed)
    suggestion = _suggestion(context, spec, node)
    if kind in {"string_too_short", "string_too_long"}:
        length = len(str(node.value))
        message += f", {length} {'character' if length == 1 else 'characters'}"
        suggestion = ""
    return Problem(path, message, node.shown(), "" if allowed in message else allowed, suggestion)


def _suggestion(context: dict[str, Any], spec: FieldSpec, node: Node) -> str:
    if "suggestion" in context:
        return context["suggestion"]
    if "choices" in context and isinstance(node.value, str):
        return nearest(node.value, context["choices"].split(", "))
    text = node.value if isinstance(node.value, str) else node.text
    return corrected(node.value, text, spec) if text else ""


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
