"""The `platform` section: `python -m tools.docs` writes config/platform.py.

Each module of config/addons is one key of the section, and its settings are the class that is named
after the key: `cert_manager` has `CertManagerSettings`. A key whose entries have names of the
user's choice has a mapping instead of the class, which the module's docstring describes. So a new
add-on needs no entry in a list, and type checkers still know every key.
"""

import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_origin

from config import addons
from config.settings import Settings

FILE: Final = Path(__file__).parents[2] / "config" / "platform.py"

LINE_LENGTH: Final = 100

_HEAD: Final = '''"""The `platform` section: what runs in the cluster, add-on by add-on.

Written by `python -m tools.docs` from the modules of config/addons. Change those instead.
"""

'''

_CLASS: Final = '''

class Platform(Settings):
    """What runs in the cluster."""

'''

_END: Final = '''
    def addon(self, key: str) -> AddonSettings | ObjectsSettings:
        """The settings of an add-on.

        Raises:
            KeyError: no add-on has this key.
        """
        found = getattr(self, key, None)
        if not isinstance(found, AddonSettings | ObjectsSettings):
            raise KeyError(key)
        return found


def addon_keys() -> tuple[str, ...]:
    """The keys of the section that configure add-ons, in their order."""
    return tuple(
        key
        for key, field in Platform.model_fields.items()
        if isinstance(field.annotation, type)
        and issubclass(field.annotation, AddonSettings | ObjectsSettings)
    )
'''


class PlatformSectionError(Exception):
    """A module of config/addons does not have the settings of its key."""


def text() -> str:
    """The module as the text of its file.

    Raises:
        PlatformSectionError: a module does not have the settings of its key.
    """
    settings = {key: _settings(key) for key in keys()}
    imports = [
        "from config.addon_settings import AddonSettings, ObjectsSettings",
        *(f"from config.addons.{key} import {found.name}" for key, found in settings.items()),
        "from config.settings import Settings",
    ]
    fields = [_field(key, found) for key, found in settings.items()]
    return f"{_HEAD}{chr(10).join(imports)}\n{_CLASS}{chr(10).join(fields)}{_END}"


def keys() -> list[str]:
    """The keys of the section: the modules of config/addons, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(addons.__path__))


@dataclass(frozen=True)
class _KeySettings:
    """What a key holds.

    Attributes:
        name: the name of the class, or of the mapping.
        default: the expression of the default.
        summary: the docstring of the field.
    """

    name: str
    default: str
    summary: str


def _settings(key: str) -> _KeySettings:
    """The settings that are named after a key."""
    module = importlib.import_module(f"config.addons.{key}")
    wanted = f"{key.replace('_', '')}settings"
    for name, member in inspect.getmembers(module):
        if name.lower() != wanted:
            continue
        if inspect.isclass(member) and issubclass(member, Settings) and member.__doc__:
            summary = inspect.getdoc(member) or ""
            return _KeySettings(name, f"{name}()", summary.splitlines()[0])
        if get_origin(member) is dict:
            summary = (inspect.getdoc(module) or "").splitlines()[0].partition(": ")[2]
            return _KeySettings(name, "{}", f"{summary[:1].upper()}{summary[1:]}")
    expected = "".join(word.capitalize() for word in key.split("_")) + "Settings"
    raise PlatformSectionError(
        f"config/addons/{key}.py has no class {expected} with a docstring, derived from "
        "AddonSettings or Settings"
    )


def _field(key: str, settings: _KeySettings) -> str:
    field = f"    {key}: {settings.name} = {settings.default}"
    if len(field) > LINE_LENGTH:
        field = f"    {key}: {settings.name} = (\n        {settings.default}\n    )"
    return f'{field}\n    """{settings.summary}"""\n'
