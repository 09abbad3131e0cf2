"""Differences of long texts: values of Helm releases, policies, documents."""

import difflib
import json
from typing import Any, Final

import yaml

_CONTEXT: Final = 2
_WIDTH: Final = 10_000
"""YAML would break long values over several lines, of which each would be a difference."""


SAME: Final = "(the same content in another form)"


def text_diff(before: object, after: object) -> str:
    """A unified diff of two texts with a structure; empty where they have none.

    A list of YAML documents, as a Helm release has it, and a JSON document are written as YAML
    with sorted keys. So their order and their form are no difference.
    """
    first, second = _lines(before), _lines(after)
    if first is None or second is None:
        return ""
    return _unified(first, second) or SAME


def _lines(value: object) -> list[str] | None:
    if isinstance(value, str):
        document = _json(value)
        if not isinstance(document, dict | list):
            return value.splitlines() if "\n" in value else None
        found: list[Any] = [document]
    elif isinstance(value, list) and value:
        found = [_yaml(each) if isinstance(each, str) else None for each in value]
        if not all(isinstance(each, dict | list) for each in found):
            return None
    else:
        return None
    texts = [yaml.safe_dump(each, sort_keys=True, width=_WIDTH) for each in found]
    return "---\n".join(texts).splitlines()


def _yaml(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _unified(before: list[str], after: list[str]) -> str:
    found: list[str] = []
    # The first two lines name files.
    for line in [*difflib.unified_diff(before, after, lineterm="", n=_CONTEXT)][2:]:
        if line.startswith("@@"):
            first = int(line.split("+")[1].split(" ")[0].split(",")[0])
            found.append(f"@@ {_place(after, first - 1)} @@".replace("  ", " "))
        else:
            found.append(line)
    return "\n".join(found)


def _place(lines: list[str], index: int) -> str:
    """The keys under which a line of YAML stands."""
    if index >= len(lines):
        return ""
    depth, keys = _indent(lines[index]), list[str]()
    for line in reversed(lines[:index]):
        if _indent(line) < depth and line.rstrip().endswith(":"):
            depth = _indent(line)
            keys.append(line.strip().removeprefix("- ").removesuffix(":"))
    return ".".join(reversed(keys))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
