"""Merges configuration."""

from collections.abc import Mapping
from typing import Any


def merged(values: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merges `over` into `values`: mappings key by key, anything else replaced as a whole."""
    result = dict(values)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result


def nested(path: str, value: object) -> dict[str, Any]:
    """Nests a value below the keys of a dotted path: `a.b` and 1 make `{"a": {"b": 1}}`."""
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}
