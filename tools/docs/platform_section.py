"""The `platform` section: `python -m tools.docs` writes config/platform.py.

Each module of config/addons is one key of the section, and its settings are the class that is named
after the key: `cert_manager` has `CertManagerSettings`. So a new add-on needs no entry in a list,
and type checkers still know every key.
"""

import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Final

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
        *(f"from config.addons.{key} import {name.__name__}" for key, name in settings.items()),
        "from config.settings import Settings",
    ]
    fields = [_field(key, name) for key, name in settings.items()]
    return f"{_HEAD}{chr(10).join(imports)}\n{_CLASS}{chr(10).join(fields)}{_END}"


def keys() -> list[str]:
    """The keys of the section: the modules of config/addons, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(addons.__path__))


def _settings(key: str) -> type[Settings]:
    """The class that is named after a key."""
    module = importlib.import_module(f"config.addons.{key}")
    wanted = f"{key.replace('_', '')}settings"
    for name, member in inspect.getmembers(module, inspect.isclass):
        if name.lower() == wanted and issubclass(member, Settings) and member.__doc__:
            return member
    expected = "".join(word.capitalize() for word in key.split("_")) + "Settings"
    raise PlatformSectionError(
        f"config/addons/{key}.py has no class {expected} with a docstring, derived from "
        "AddonSettings or Settings"
    )


def _field(key: str, settings: type[Settings]) -> str:
    name = settings.__name__
    field = f"    {key}: {name} = {name}()"
    if len(field) > LINE_LENGTH:
        field = f"    {key}: {name} = (\n        {name}()\n    )"
    summary = inspect.getdoc(settings) or ""
    return f'{field}\n    """{summary.splitlines()[0]}"""\n'
