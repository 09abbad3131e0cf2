"""What moto lacks for an EKS platform, a file or a folder for each service.

A gap is a subclass of moto's own response class that adds or corrects actions, so moto's routing,
parameter parsing and serialisation stay in use; `serve` replaces the original. The state of a gap
is kept on moto's backend object (`attached`), so a reset deletes it as well.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

_NO_GAP: Final = "moto_hooks"


def install() -> None:
    """Adds everything in this package to moto. The server calls it once, before it listens."""
    for found in iter_modules(__path__, f"{__name__}."):
        if not found.name.endswith(f".{_NO_GAP}"):
            import_module(found.name).install()
