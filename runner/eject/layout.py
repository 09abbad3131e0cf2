"""Which file an element of a stack goes to: one per module of this project that made it.

`modules/network/vpc.py` becomes `vpc.tf`. All Helm releases come from one module, so each has a
file with what belongs to it, by the beginning of its name.
"""

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from runner.eject.origins import Maker, Origin

MAIN: Final = "main"
PROVIDERS: Final = "providers"
REMOTE_STATE: Final = "remote_state"

_RELEASES: Final = "modules/helm/renderer.py"
_NAMESPACES: Final = "modules/helm/addon_namespaces.py"
_RELEASE: Final = "helm_release"
_PARTS: Final = re.compile(r"_(?:resources|prerequisites|dashboards)$")
"""Ends of the names of releases that travel with another."""

_STACKS: Final = "stacks/"
_REQUIREMENTS: Final = re.compile(r" ?\((?:[A-Z]\d+(?:, | to | and )?)+\)")
"""Numbers of rows of docs/requirements.md."""


class Layout:
    """The files of one stack."""

    def __init__(self, origins: Iterable[Origin]) -> None:
        """Reads the names of the releases."""
        self._releases = sorted(
            {
                _PARTS.sub("", name_of(each))
                for each in origins
                if each.type == _RELEASE and _module(each) == _RELEASES
            },
            key=len,
            reverse=True,
        )

    def file(self, origin: Origin) -> str:
        """The name of an element's file, without `.tf`."""
        module = _module(origin)
        if origin.type == f"terraform_{REMOTE_STATE}":
            return REMOTE_STATE
        if module is None:
            return MAIN
        if module == _RELEASES:
            inner = [each for each in origin.makers if each.file == _NAMESPACES]
            return PurePath(_NAMESPACES).stem if inner else self._release(name_of(origin))
        return PurePath(module).stem

    def _release(self, name: str) -> str:
        for release in self._releases:
            if name == release or name.startswith(f"{release}_"):
                return release
        return _RELEASE


def name_of(origin: Origin) -> str:
    """The name of an element within its stack."""
    return origin.path.rpartition("/")[2]


def subject(origin: Origin) -> str:
    """What the file of an element is about: what its module says of itself."""
    makers = _of_module(origin)
    return plain(makers[0].subject) if makers else ""


def says(origin: Origin) -> str:
    """What the innermost documented function of the module, or of its package, says."""
    return next((plain(each.says) for each in reversed(_of_module(origin)) if each.says), "")


def plain(text: str) -> str:
    """A docstring as a comment: without the rows of this project's requirements."""
    return _REQUIREMENTS.sub("", text).replace("`", "")


def _module(origin: Origin) -> str | None:
    makers = _makers(origin)
    return makers[0].file if makers else None


def _of_module(origin: Origin) -> list[Maker]:
    """The functions of the package whose module gives the file its name."""
    makers = _makers(origin)
    if makers and makers[0].file == _RELEASES:
        return [each for each in makers if each.file == _NAMESPACES]
    return [each for each in makers if _package(each) == _package(makers[0])]


def _package(maker: Maker) -> PurePath:
    return PurePath(maker.file).parent


def _makers(origin: Origin) -> list[Maker]:
    return [each for each in origin.makers if not each.file.startswith(_STACKS)]
