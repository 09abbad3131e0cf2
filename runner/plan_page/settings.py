"""Which settings of an environment's file cause a change of a resource, and where they stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path as File
from typing import Final

import yaml

from config.problem import Path
from config.reading.field_spec import UNKNOWN
from config.reading.report import display
from config.reading.written import WrittenSettings
from rules.validate import SPEC
from runner.plan_page.model import Attribute, Change, StackPage

TABLE: Final = File(__file__).parent / "settings.yaml"


@dataclass(frozen=True)
class SettingRow:
    """A row of the table.

    Attributes:
        resource: a regular expression for the address.
        arguments: empty for the existence of the resource.
        settings: paths; {group} is a group of the expression.
    """

    resource: str
    settings: tuple[str, ...]
    arguments: tuple[str, ...] = ()

    def paths(self, address: str, argument: str) -> list[tuple[str, ...]]:
        """The settings that cause a change of an argument, or ("") of the resource as a whole."""
        found = re.fullmatch(self.resource, address)
        if found is None or argument not in (self.arguments or ("",)):
            return []
        groups = {name: text or "" for name, text in found.groupdict().items()}
        return [
            tuple(step.format(**groups) for step in setting.split(".")) for setting in self.settings
        ]


@cache
def rows() -> tuple[SettingRow, ...]:
    """The rows of the table."""
    entries = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return tuple(
        SettingRow(each["resource"], tuple(each["settings"]), tuple(each.get("arguments", ())))
        for each in entries
    )


def paths(address: str, argument: str) -> Iterator[tuple[str, ...]]:
    """Yields the paths of settings of all rows, the nearest first, each once.

    Where a row makes a path of an address, it may be none: a release of Helm has the name of its
    chart, which is not always that of its setting.
    """
    found = (path for row in rows() for path in row.paths(address, argument))
    yield from (path for path in dict.fromkeys(found) if is_setting(path))


def is_setting(path: Path) -> bool:
    """Whether an environment's file can say what a path names."""
    return SPEC.at(path) is not UNKNOWN


def with_settings(page: StackPage, written: WrittenSettings) -> StackPage:
    """The page with the settings from which destroyed resources and new arguments come.

    Of the settings that may have caused a change those are named that a file sets. Where no file
    sets one, the first is named, because it was removed or has a new default.

    Args:
        written: what the environment's files say.
    """

    def caused(change: Change) -> Change:
        whole = _settings(written, change.address, "") if change.action == "destroy" else ()
        attributes = tuple(
            replace(each, settings=_settings(written, change.address, _argument(each)))
            for each in change.attributes
        )
        return replace(change, settings=whole, attributes=attributes)

    return replace(page, changes=tuple(map(caused, page.changes)))


def _argument(attribute: Attribute) -> str:
    return re.split(r"[.\[]", attribute.path)[0]


def _settings(written: WrittenSettings, address: str, argument: str) -> tuple[str, ...]:
    known = [_known(written, path) for path in paths(address, argument)]
    places = [_place(written, path) for path in known if written.has(path)]
    if not places and known:
        places = [f"{_text(known[0])}, which {display(_file(written))} does not set"]
    return tuple(places)


def _known(written: WrittenSettings, path: tuple[str, ...]) -> Path:
    """A path with the keys as the file has them: in addresses, signs are underscores."""
    found: Path = ()
    for step in path:
        value = written.find(found) if found else written.settings
        keys: Mapping[str, object] = value if isinstance(value, dict) else {}
        found = (*found, next((key for key in keys if _plain(key) == _plain(step)), step))
    return found


def _plain(key: str) -> str:
    return re.sub("[^a-z0-9]+", "_", key.lower())


def _place(written: WrittenSettings, path: Path) -> str:
    at = written.locate(path, key=True)
    return f"{display(at.file)}:{at.line} {_text(path)}"


def _file(written: WrittenSettings) -> File:
    return written.locate(()).file


def _text(path: Path) -> str:
    return ".".join(map(str, path))
