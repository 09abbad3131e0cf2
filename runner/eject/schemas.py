"""Which settings of a resource type are blocks: read from the text of its generated class.

In Terraform JSON a list of objects may be blocks or the value of an attribute. The bindings say it
of each setting, and they were generated from the provider's schema. They are read as text: a
class of one type is imported with Node.js and tells less.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_CLASS: Final = re.compile(r"^class (\w+)\b.*?(?=^class |\Z)", re.MULTILINE | re.DOTALL)
_CONSTRUCTOR: Final = re.compile(r"    def __init__\((.*?)\) -> None:\n +'''(.*?)'''\n", re.DOTALL)
_PARAMETER: Final = re.compile(r"^        (\w+): (.+?),?$", re.MULTILINE)
_DOCUMENTED: Final = re.compile(
    r"^        :param (\w+): (?P<block>\w+ block\. )?.*?\{@link \S+?#(?P<name>\w+) ", re.MULTILINE
)
_STRUCT: Final = re.compile(r"\b([A-Z]\w+)\b")


@dataclass(frozen=True)
class Blocks:
    """The blocks of a resource type, a provider, or a block.

    Attributes:
        source: the Python file of the generated classes.
        struct: the name of the class that has its settings; empty where the bindings leave them
            open, as in the statements of a web ACL, which nest without end. There objects are
            blocks.
    """

    source: Path
    struct: str

    def has(self, name: str, given: Any) -> bool:
        """Whether a setting is a block.

        Args:
            name: its name.
            given: its value, which tells where nothing else does.
        """
        if self.struct:
            return name in _structs(self.source)[self.struct]
        return isinstance(given, dict) or are_objects(given)

    def inner(self, name: str) -> "Blocks":
        """The blocks of one of them."""
        inner = _structs(self.source)[self.struct][name] if self.struct else ""
        return Blocks(self.source, inner)


def blocks_of(source: str, generated: str) -> Blocks | None:
    """The blocks of what a generated class makes; None where it has no struct of settings.

    Args:
        source: the Python file of the class.
        generated: its name.
    """
    structs = _structs(Path(source))
    # `ConfigA` where the type has a block `config`.
    names = (f"{generated}Config{end}" for end in ("", "A"))
    return next((Blocks(Path(source), name) for name in names if name in structs), None)


def are_objects(given: Any) -> bool:
    """Whether a value is a list of objects."""
    return isinstance(given, list) and bool(given) and all(isinstance(each, dict) for each in given)


@cache
def _structs(source: Path) -> Mapping[str, Mapping[str, str]]:
    """By struct: its blocks, and the struct of each."""
    text = source.read_text(encoding="utf-8")
    classes = {found[1]: found[0] for found in _CLASS.finditer(text)}
    return {name: dict(_blocks(body, classes)) for name, body in classes.items()}


def _blocks(body: str, classes: Mapping[str, str]) -> list[tuple[str, str]]:
    constructor = _CONSTRUCTOR.search(body)
    if constructor is None:
        return []
    types = dict(_PARAMETER.findall(constructor[1]))
    found: list[tuple[str, str]] = []
    for each in _DOCUMENTED.finditer(constructor[2]):
        structs = [name for name in _STRUCT.findall(types.get(each[1], "")) if name in classes]
        if each["block"]:
            found.append((each["name"], structs[0] if structs else ""))
    return found
