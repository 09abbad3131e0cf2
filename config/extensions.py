"""Loads the Python files of the folder `extensions/`, which are the user's own (L6).

A file registers functions with the decorators of `extension_api`. What is wrong in one of them is
reported with its file and line, as what is wrong with a setting is.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any, Final, Literal

from config.problem import Problem
from config.reading.report import ConfigError
from config.reading.written import Located, Position
from config.settings import UnknownSettingError

ExtensionKind = Literal["rule", "stack", "change", "check"]

PACKAGE: Final = "extensions"
"""The package of the modules that the files become, and the name of the folder."""

VARIABLE: Final = "EXTENSIONS"
"""Names another folder."""


@dataclass(frozen=True)
class Extension:
    """A function of an extension.

    Attributes:
        function: the function.
        options: the arguments of its decorator.
    """

    function: Callable[..., Any]
    options: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def position(self) -> Position:
        """The line of its decorator."""
        code = self.function.__code__
        return Position(Path(code.co_filename), code.co_firstlineno, 1)

    def refusal(self, message: str) -> ConfigError:
        """An error at the place of the function."""
        return ConfigError([Located(self.position, Problem((), message))])


_REGISTERED: Final[dict[str, dict[ExtensionKind, list[Extension]]]] = {}
"""By the name of their module."""


def register(kind: ExtensionKind, function: Callable[..., Any], **options: Any) -> None:
    """Registers a function of an extension."""
    of_module = _REGISTERED.setdefault(function.__module__, {})
    of_module.setdefault(kind, []).append(Extension(function, options))


def extensions(kind: ExtensionKind) -> list[Extension]:
    """The functions of a kind, in the order of files and lines.

    Raises:
        ConfigError: a file cannot be loaded.
    """
    modules = _modules(_folder())
    return [each for name in modules for each in _REGISTERED.get(name, {}).get(kind, [])]


def _folder() -> Path:
    return Path(os.environ.get(VARIABLE) or Path(__file__).parents[1] / PACKAGE).resolve()


@cache
def _modules(folder: Path) -> tuple[str, ...]:
    """Loads the files of a folder, in the order of their names; nothing where there is none."""
    if not folder.is_dir():
        return ()
    sys.modules.setdefault(PACKAGE, ModuleType(PACKAGE))
    files = sorted(each for each in folder.glob("*.py") if not each.name.startswith("_"))
    return tuple(_load(file) for file in files)


def _load(file: Path) -> str:
    name = f"{PACKAGE}.{file.stem}"
    _REGISTERED.pop(name, None)
    spec = spec_from_file_location(name, file)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules[name] = module
        with reported(Position(file)):
            spec.loader.exec_module(module)
    return name


@contextmanager
def reported(position: Position) -> Iterator[None]:
    """Reports an error of an extension at the line of its file that raised it.

    Args:
        position: where to report it if no line of the file is known.

    Raises:
        ConfigError: the block raised an error.
    """
    try:
        yield
    except (ConfigError, UnknownSettingError):
        raise
    except SyntaxError as error:
        place = Position(position.file, error.lineno or 0, error.offset or 0)
        raise ConfigError([Located(place, Problem((), f"SyntaxError: {error.msg}"))]) from error
    except Exception as error:
        place = position
        for frame in extract_tb(error.__traceback__):
            if frame.filename == str(position.file) and frame.lineno:
                place = Position(position.file, frame.lineno, 1)
        message = f"{type(error).__name__}: {error}"
        raise ConfigError([Located(place, Problem((), message))]) from error
