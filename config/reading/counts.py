"""Numbers of entries in lists and mappings.

The model stops at a list that is too long without a look at its entries, and at wrong entries
without counting them. Neither should hide the other.
"""

from collections.abc import Iterator
from typing import Any

from pydantic_core import ErrorDetails

from config.problem import Path
from config.reading.shape import Shape


def miscounted(value: Any, shape: Shape | None, path: Path = ()) -> Iterator[ErrorDetails]:
    """Yields an error of the model for each list and mapping with too few or too many entries.

    Args:
        value: plain data.
        shape: what the model expects there.
        path: where it stands.
    """
    if shape is None:
        return
    if _is_counted(value, shape):
        too_few = shape.least is not None and len(value) < shape.least
        too_many = shape.most is not None and len(value) > shape.most
        if too_few or too_many:
            kind, count = "too_short" if too_few else "too_long", {"actual_length": len(value)}
            yield ErrorDetails(type=kind, loc=path, msg=kind, input=value, ctx=count)
    if isinstance(value, dict | list):
        for step, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from miscounted(entry, shape.child(step), (*path, step))


def cut(value: Any, shape: Shape | None) -> Any:
    """Returns plain data in which no list and no mapping has too many entries.

    Args:
        value: plain data.
        shape: what the model expects there.
    """
    if shape is None or not isinstance(value, dict | list):
        return value
    most = int(shape.most) if _is_counted(value, shape) and shape.most is not None else None
    if isinstance(value, list):
        return [cut(entry, shape.child(place)) for place, entry in enumerate(value[:most])]
    return {key: cut(entry, shape.child(key)) for key, entry in list(value.items())[:most]}


def _is_counted(value: Any, shape: Shape) -> bool:
    return (shape.kind, type(value)) in {("list", list), ("mapping", dict)}
