"""Compares two values of a resource, and never shows what is sensitive in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

Path = tuple[str | int, ...]


class _Shown:
    """A value that is shown as a text of its own."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


SENSITIVE: Final = _Shown("(sensitive)")
UNKNOWN: Final = _Shown("(known after apply)")
ABSENT: Final = _Shown("(none)")

LONGEST: Final = 160
"""Characters of a value that is shown in a line."""


@dataclass(frozen=True)
class Difference:
    """Two different values, masked; each is one of the constants above or plain data."""

    path: Path
    before: object
    after: object


@dataclass(frozen=True)
class Marks:
    """Which parts of the two values Terraform marks, each in the form of the value.

    Attributes:
        unknown: parts of the second value that are known after the apply.
        before, after: sensitive parts.
    """

    unknown: Any = None
    before: Any = None
    after: Any = None

    def below(self, step: str | int) -> "Marks":
        """The marks of an entry."""
        return Marks(*(_below(mark, step) for mark in (self.unknown, self.before, self.after)))


def differences(before: Any, after: Any, marks: Marks, path: Path = ()) -> Iterator[Difference]:
    """Yields what differs, as deep as both values have the same form.

    Args:
        before, after: values of the plan's JSON.
    """
    if marks.before is True or marks.after is True:
        if before != after or marks.unknown:
            yield Difference(path, SENSITIVE, SENSITIVE)
    elif marks.unknown is True:
        yield Difference(path, _masked(before, marks.before), UNKNOWN)
    elif isinstance(before, dict) and isinstance(after, dict):
        unknown = marks.unknown if isinstance(marks.unknown, dict) else {}
        for key in sorted({*before, *after, *unknown}):
            step = before.get(key), after.get(key)
            yield from differences(*step, marks.below(key), (*path, key))
    elif _have_one_form(before, after):
        for index, step in enumerate(zip(before, after, strict=True)):
            yield from differences(*step, marks.below(index), (*path, index))
    elif before != after or _any(marks.unknown):
        # Sets have no order: a mark of one side may belong to another element of the other.
        both = _any(marks.before) or _any(marks.after)
        shown = (_masked(before, both or None), _masked(after, both or None))
        yield Difference(path, *shown)


def shown(value: object, longest: int = LONGEST) -> str:
    """A value in one line."""
    if value is None:
        return ABSENT.text
    if isinstance(value, _Shown):
        return value.text
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def path_text(path: Path) -> str:
    """A path as Terraform writes it."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


def _have_one_form(before: Any, after: Any) -> bool:
    """Whether two lists can be compared entry by entry."""
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and len(before) == len(after)
        and all(isinstance(each, dict) for each in (*before, *after))
    )


def _below(mark: Any, step: str | int) -> Any:
    if isinstance(mark, dict):
        return mark.get(step)
    if isinstance(mark, list) and isinstance(step, int):
        return mark[step] if step < len(mark) else None
    return mark if mark is True else None


def _any(mark: Any) -> bool:
    """Whether something in a value is marked."""
    if isinstance(mark, dict):
        return any(map(_any, mark.values()))
    if isinstance(mark, list):
        return any(map(_any, mark))
    return mark is True


def _masked(value: Any, mark: Any) -> object:
    """A value, or that it is sensitive where any part of it is."""
    return SENSITIVE if _any(mark) and value is not None else value
