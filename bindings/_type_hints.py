"""Resolves the type hints of jsii's argument checks once per function instead of once per call."""

import typing
from collections.abc import Callable
from functools import wraps
from typing import Any

_STUB_PREFIX = "_typecheckingstub__"


def install() -> None:
    """Makes `typing.get_type_hints` remember its answer for jsii's generated stubs, once.

    Each generated constructor and method asks `typing.get_type_hints` for the hints of a stub
    function of its own, on every call; the answer never changes, and finding it takes up to a
    millisecond. The generated modules share nothing but the `typing` module, so that is the place.
    Every other function, and every call with further arguments, goes to the original.

    Newer versions of jsii generate code that does the same (aws/jsii pull request 5177).
    """
    if not hasattr(typing.get_type_hints, "remembers_jsii_stubs"):
        typing.get_type_hints = _remembering(typing.get_type_hints)


def _remembering(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    hints_by_stub: dict[object, dict[str, Any]] = {}

    @wraps(original)
    def get_type_hints(obj: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if args or kwargs or not getattr(obj, "__name__", "").startswith(_STUB_PREFIX):
            return original(obj, *args, **kwargs)
        if obj not in hints_by_stub:
            hints_by_stub[obj] = original(obj)
        return hints_by_stub[obj]

    vars(get_type_hints)["remembers_jsii_stubs"] = True
    return get_type_hints
