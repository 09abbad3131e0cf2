"""Which packages are used: those of CDKTF, or those of its successor CDK Terrain (cdktn).

Their classes are the same; the packages have other names. Programs go on importing CDKTF's names,
and with the successor's packages those names lead to them.

Sources: https://pypi.org/project/cdktn/; PEP 451 (finders and loaders of modules).
"""

import importlib
import os
import re
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Final

VARIABLE: Final = "EKS_PLATFORM_CDK"
"""Names one of PRODUCTS, for a machine that has the packages of both."""

CDKTF: Final = "cdktf"
CDKTN: Final = "cdktn"
PRODUCTS: Final = (CDKTF, CDKTN)

_ALIASES: Final = (
    (re.compile(r"cdktf(?=\.|$)"), "cdktn"),
    (re.compile(r"cdktf_cdktf_provider_(?=\w)"), "cdktn_provider_"),
)


def product() -> str:
    """The product whose packages are used: what VARIABLE names, or else the one that is installed.

    Raises:
        ValueError: VARIABLE names something else.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen in PRODUCTS:
        return chosen
    if chosen:
        raise ValueError(f"{VARIABLE} is {chosen!r}; allowed are {' and '.join(PRODUCTS)}")
    return CDKTN if _is_installed(CDKTN) and not _is_installed(CDKTF) else CDKTF


def _is_installed(package: str) -> bool:
    # Not through the other finders: that of `_packages` imports jsii.
    return PathFinder.find_spec(package) is not None


def install() -> None:
    """Leads CDKTF's names to the successor's packages where these are used, once.

    Call it after other finders of these names were put in place: this one has to be the first.
    """
    if any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        return
    if product() == CDKTN:
        sys.meta_path.insert(0, AliasFinder())


def successor_name(name: str) -> str | None:
    """What the successor calls a module of CDKTF; None for any other module."""
    for pattern, begin in _ALIASES:
        if pattern.match(name):
            return pattern.sub(begin, name, count=1)
    return None


class AliasFinder:
    """Finds the successor's module under CDKTF's name."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns a spec whose loader gives the module itself, not a copy."""
        del path, target
        name = successor_name(fullname)
        return None if name is None else ModuleSpec(fullname, AliasLoader(name))


class AliasLoader(Loader):
    """Gives a module that has another name, and leaves it as it is."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Imports the module under its own name."""
        del spec
        module = importlib.import_module(self._name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Puts back the spec, which the import has replaced by that of the alias."""
        module.__spec__ = self._spec
