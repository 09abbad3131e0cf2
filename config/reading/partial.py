"""What is known of a model whose file is wrong in places, for the rules.

A setting that is wrong or missing is unknown, never at its default: a rule that reads it ends
there, so that no problem follows from a value that the file does not have. An entry of a list or a
mapping that is wrong is left out, and the others are judged.
"""

from typing import Any

from pydantic import BaseModel

from config.problem import Path
from config.settings import UnknownSettingError


class PartialList(list[Any]):
    """A list without its wrong entries.

    Attributes:
        places: where each entry stands in the file.
    """

    def __init__(self, entries: dict[int, Any]) -> None:
        super().__init__(entries.values())
        self.places = tuple(entries)

    def __contains__(self, entry: object) -> bool:
        return super().__contains__(entry) or _may_be_a_wrong_entry()


class PartialMapping(dict[str, Any]):
    """A mapping without its wrong entries."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or _may_be_a_wrong_entry()


def _may_be_a_wrong_entry() -> bool:
    raise UnknownSettingError


def written_path(partial: object, path: Path) -> tuple[Path, bool]:
    """Where in the file something of a partial model stands.

    Returns:
        the path in the file, and whether it leads through a list or a mapping without entries that
        the file has.
    """
    found: list[str | int] = []
    is_reduced = False
    value: Any = partial
    for step in path:
        is_reduced |= isinstance(value, PartialList | PartialMapping)
        is_moved = isinstance(value, PartialList) and isinstance(step, int)
        found.append(value.places[int(step)] if is_moved else step)
        if isinstance(value, BaseModel):
            value = vars(value).get(str(step))
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            value = value[step] if isinstance(value, list) and isinstance(step, int) else None
    return tuple(found), is_reduced
