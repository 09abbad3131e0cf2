"""What the service model of EKS says about the lengths of a request's parameters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def _model() -> Any:
    return Session().get_service_model("eks")


def violations(action: str, params: dict[str, Any]) -> Iterator[str]:
    """Finds what is too short, too long, too small or too large.

    Yields:
        A sentence for each, as AWS words it.
    """
    shape = _model().operation_model(action).input_shape
    if shape is not None:
        yield from _violations(shape, params, "")


def _violations(shape: Any, value: Any, where: str) -> Iterator[str]:
    if value is None:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from _violations(member, value.get(name), f"{where}.{name}".lstrip("."))
    elif shape.type_name == "list":
        for index, item in enumerate(value, 1):
            yield from _violations(shape.member, item, f"{where}.{index}.member")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _violations(shape.key, key, where)
            yield from _violations(shape.value, item, where)
    yield from _out_of_bounds(shape, value, where)


def _out_of_bounds(shape: Any, value: Any, where: str) -> Iterator[str]:
    numeric = shape.type_name in {"integer", "long"}
    measured = value if numeric else len(value) if hasattr(value, "__len__") else None
    if measured is None:
        return
    what = "value" if numeric else "length"
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and measured < least:
        yield f"Value at '{where}': Member must have {what} greater than or equal to {least}"
    if most is not None and measured > most:
        yield f"Value at '{where}': Member must have {what} less than or equal to {most}"
