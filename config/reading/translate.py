"""Turns the errors of the model into problems, in words for who wrote the file."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from config.problem import MISSING, Path, Problem
from config.reading.nearest import nearest
from config.reading.other_names import known_as
from config.reading.scalars import resolve
from config.reading.shape import Shape, of_model
from config.reading.tree import Node, Scalar, find, shown


@dataclass(frozen=True)
class Finding:
    """One error of the model.

    Attributes:
        path: the setting.
        is_key: whether the key at the end of the path is wrong rather than its value.
        shape: what the setting may hold; None for a setting that does not exist.
        parent: the section or collection that it belongs to.
        top: the whole file.
        node: what was written; None for a setting that is missing.
        context: what the model adds to the error.
    """

    path: Path
    is_key: bool
    shape: Shape | None
    parent: Shape
    top: Shape
    node: Node | None
    context: dict[str, Any]

    @property
    def value(self) -> object:
        """The value as messages show it."""
        if self.is_key:
            return self.path[-1]
        return shown(self.node) if self.node is not None else MISSING

    @property
    def allowed(self) -> str:
        """What the setting may hold, in words."""
        return self.shape.words() if self.shape else ""


def finding(error: ErrorDetails, model: type[BaseModel], root: Node) -> Finding:
    """Returns what an error of the model is about.

    Args:
        error: one of `ValidationError.errors()`.
        model: the model of the whole file.
        root: what was validated.
    """
    top = of_model(model)
    path = _path(error["loc"], top)
    is_key = len(path) > 1 and path[-1] == "[key]" and _kind(top.at(path[:-2])) == "mapping"
    if is_key:
        path = path[:-1]
    parent = top.at(path[:-1]) or top
    shape = parent.key if is_key else top.at(path)
    return Finding(path, is_key, shape, parent, top, find(root, path), error.get("ctx", {}))


def _path(loc: Path, top: Shape) -> Path:
    """Leaves out what the model says of the alternative that it tried."""
    for length in range(len(loc)):
        shape = top.at(loc[:length])
        if shape is not None and shape.alternatives:
            return loc[:length]
    return loc


def problem(error_type: str, found: Finding) -> Problem:
    """Returns the problem that an error of the model stands for.

    Args:
        error_type: the model's name for the error.
        found: what it is about.
    """
    if found.shape is not None and found.shape.alternatives:
        return _other(found)
    return TRANSLATIONS.get(error_type, _other)(found)


def _kind(shape: Shape | None) -> str:
    return shape.kind if shape else ""


def _missing(found: Finding) -> Problem:
    return Problem(found.path, "is required", allowed=found.allowed)


def _unknown(found: Finding) -> Problem:
    key = str(found.path[-1])
    suggestion = _by_another_name(key, found) or nearest(key, found.parent.keys)
    return Problem(
        found.path,
        "is not a setting",
        allowed=found.parent.words(),
        suggestion=suggestion or _elsewhere(key, found.top),
    )


def _by_another_name(key: str, found: Finding) -> str:
    path = known_as(key)
    if found.top.at(path) is None or found.path[:-1] == path:
        return ""
    return path[-1] if found.path[:-1] == path[:-1] else ".".join(path)


def _elsewhere(key: str, top: Shape) -> str:
    """Finds the one other section that has a setting of this name."""
    places = [path for path in _settings(top, ()) if path[-1] == key]
    return ".".join(places[0]) if len(places) == 1 else ""


def _settings(section: Shape, prefix: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key in section.keys:
        yield (*prefix, key)
        inner = section.child(key)
        if inner is not None:
            yield from _settings(inner, (*prefix, key))


def _wrong_type(found: Finding) -> Problem:
    expected = {
        "text": "must be text",
        "integer": "must be a whole number",
        "number": "must be a number",
        "boolean": "must be true or false",
        "list": "must be a list",
        "mapping": "must be a mapping",
        "section": "must be a mapping of settings",
    }.get(_kind(found.shape), "has the wrong type")
    allowed = "" if _kind(found.shape) == "boolean" else found.allowed
    if allowed in expected:
        allowed = ""
    return Problem(found.path, expected, found.value, allowed, _retyped(found))


def _retyped(found: Finding) -> str:
    """Returns the same value written as the type that is wanted."""
    node, kind = found.node, _kind(found.shape)
    if not isinstance(node, Scalar) or not node.text:
        return ""
    if kind == "text" and found.shape is not None and node.value is not None:
        return f'"{node.text}"' if found.shape.form_fits(node.text) else ""
    if kind == "list" and isinstance(node.value, str) and found.shape is not None:
        return _as_list(node.value, found.shape)
    meant = resolve(node.text)
    if kind == "boolean" and isinstance(meant, bool):
        return node.text
    if kind in {"integer", "number"} and isinstance(meant, int) and not isinstance(meant, bool):
        return node.text
    return ""


def _as_list(text: str, shape: Shape) -> str:
    """Returns the entries that a text names, written as a list that is long enough."""
    entries = re.split(r"[,\s]+", text.strip(" ,"))
    item = shape.item
    right = item is not None and item.kind == "text" and item.form_fits(*entries)
    return f"[{', '.join(entries)}]" if right and len(entries) >= (shape.least or 0) else ""


def _wrong_form(found: Finding) -> Problem:
    what = "has a key of the wrong form" if found.is_key else "has the wrong form"
    value = found.path[-1] if found.is_key else getattr(found.node, "value", "")
    return Problem(found.path, what, found.value, found.allowed, _reformed(str(value), found.shape))


def _reformed(text: str, shape: Shape | None) -> str:
    """Returns a text in the form that is wanted, where it differs in what people write by habit."""
    if shape is None:
        return ""
    plain = text.strip()
    habits = [plain, plain.lower(), re.sub("[_ ]", "-", plain.lower()), plain.replace("-", "")]
    if shape.longer and (longer := re.search(shape.longer, plain)):
        habits.append(longer[1])
    right = (habit for habit in habits if habit != text and shape.form_fits(habit))
    suggestion = next(right, "")
    return f'"{suggestion}"' if suggestion.isdigit() else suggestion


def _wrong_length(wrong: str) -> Callable[[Finding], Problem]:
    def translate(found: Finding) -> Problem:
        length = len(str(found.path[-1] if found.is_key else getattr(found.node, "value", "")))
        message = f"has a key that is {wrong}" if found.is_key else f"is {wrong}"
        message += f", {length} {'character' if length == 1 else 'characters'}"
        return Problem(found.path, message, found.value, found.allowed)

    return translate


def _wrong_count(found: Finding) -> Problem:
    count = int(found.context.get("actual_length") or 0)
    entries = "1 entry" if count == 1 else f"{count} entries"
    return Problem(found.path, f"has {entries}", found.value, found.allowed)


def _out_of_range(found: Finding) -> Problem:
    return Problem(found.path, "is out of range", found.value, found.allowed)


def _no_choice(found: Finding) -> Problem:
    choices = found.shape.choices if found.shape else ()
    message = "has a key that is" if found.is_key else "is"
    value = found.path[-1] if found.is_key else getattr(found.node, "value", None)
    return Problem(
        found.path,
        f"{message} not one of the choices",
        found.value,
        found.allowed,
        _nearest(value, choices),
    )


def _nearest(value: object, choices: tuple[object, ...]) -> str:
    if isinstance(value, str):
        return nearest(value, map(str, choices))
    if isinstance(value, int | float) and not isinstance(value, bool):
        numbers = [choice for choice in choices if isinstance(choice, int)]
        return str(min(numbers, key=lambda number: abs(number - value))) if numbers else ""
    return ""


def _own_words(message: str) -> Callable[[Finding], Problem]:
    """An error that the model raises itself: its context says what is allowed."""

    def translate(found: Finding) -> Problem:
        choices = found.context.get("choices", "")
        value = getattr(found.node, "value", None)
        return Problem(
            found.path,
            message,
            found.value,
            found.context.get("allowed") or choices or found.allowed,
            found.context.get("suggestion") or _nearest(value, tuple(choices.split(", "))),
        )

    return translate


def _other(found: Finding) -> Problem:
    return Problem(found.path, "is not accepted", found.value, found.allowed)


TRANSLATIONS: Final[dict[str, Callable[[Finding], Problem]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_type": _wrong_type,
    "int_type": _wrong_type,
    "float_type": _wrong_type,
    "bool_type": _wrong_type,
    "list_type": _wrong_type,
    "dict_type": _wrong_type,
    "model_type": _wrong_type,
    "cidr_type": _wrong_type,
    "string_pattern_mismatch": _wrong_form,
    "string_too_short": _wrong_length("too short"),
    "string_too_long": _wrong_length("too long"),
    "too_short": _wrong_count,
    "too_long": _wrong_count,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "literal_error": _no_choice,
    "unknown_region": _own_words("is not an AWS region"),
    "cidr_value": _own_words("is not an IPv4 CIDR block"),
    "cidr_host_bits": _own_words("has host bits set"),
}
