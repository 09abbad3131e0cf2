"""Registers the rules between settings: `@rule` makes a function a rule.

The modules of the packages beside this file are found by their files, and those of the user's
extensions in a folder of their own. One of `rules.addons` that is
named after a key of `platform:` is loaded only for environments that have it enabled, so that an
add-on that is off costs nothing.
What is wrong with its settings while it is off is for a rule of another module to say.

A rule runs also where a file is wrong in places, until it reads a setting that is, so that one run
reports everything that is wrong with a file.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Final, Literal

import rules
from config.addon_settings import AddonSettings, ObjectsSettings
from config.environment import Environment
from config.extensions import Extension, extensions, reported
from config.problem import Problem
from config.settings import UnknownSettingError

Check = Callable[[Environment], Iterator[Problem]]


@dataclass(frozen=True)
class RegisteredRule:
    """A rule with the arguments of its decorator.

    Attributes:
        check: yields a problem for each thing that is wrong.
        reads: the top-level fields that it is about; none where it is about all of them.
        severity: whether a file with such a problem is refused, or loaded with a warning.
        last: whether it is applied only where no other rule finds an error, because what it says
            follows from the configuration as a whole.
    """

    check: Check
    reads: tuple[str, ...]
    severity: Literal["error", "warning"]
    last: bool


_OF_ADDONS: Final = f"{rules.__name__}.addons"

_REGISTERED: Final[dict[str, list[RegisteredRule]]] = {}
"""By the name of their module."""


def rule(
    *reads: str, severity: Literal["error", "warning"] = "error", last: bool = False
) -> Callable[[Check], Check]:
    """Registers a function as a rule; see RegisteredRule.

    Raises:
        ValueError: an environment has no such field.
    """
    if unknown := set(reads) - set(Environment.model_fields):
        raise ValueError(f"an environment has no {', '.join(sorted(unknown))}")

    def register(check: Check) -> Check:
        found = RegisteredRule(check, reads, severity, last)
        _REGISTERED.setdefault(check.__module__, []).append(found)
        return check

    return register


def broken(environment: Environment, *, partly: bool = False) -> Iterator[Problem]:
    """Every error that the rules find.

    Args:
        partly: whether settings are unknown, because something is wrong with them.
    """
    sound = not partly
    errors = [each for each in rules_for(environment) if each.severity == "error"]
    for each in sorted(errors, key=lambda each: each.last):
        if sound or not each.last:
            for problem in _found(each, environment):
                sound = False
                yield problem


def warnings(environment: Environment) -> Iterator[Problem]:
    """The warnings of an environment without errors."""
    for each in rules_for(environment):
        if each.severity == "warning":
            yield from _found(each, environment)


def rules_for(environment: Environment) -> Iterator[RegisteredRule]:
    """The rules that apply to an environment; modules of add-ons that are off are not loaded."""
    for name in _modules():
        if not _is_off(environment, name):
            yield from _rules_of(name)
    yield from map(_of_extension, extensions("rule"))


def all_rules() -> Iterator[RegisteredRule]:
    """The rules of every module, in the order of packages and modules."""
    for name in _modules():
        yield from _rules_of(name)


@cache
def _modules() -> tuple[str, ...]:
    found = walk_packages(rules.__path__, f"{rules.__name__}.")
    return tuple(sorted(each.name for each in found if each.name.count(".") > 1))


def _rules_of(name: str) -> list[RegisteredRule]:
    import_module(name)
    return _REGISTERED.get(name, [])


def _is_off(environment: Environment, name: str) -> bool:
    """Whether a module has the key of a disabled add-on as its name."""
    package, _, key = name.rpartition(".")
    if package != _OF_ADDONS:
        return False
    with suppress(UnknownSettingError):
        settings = getattr(environment.platform, key, None)
        return isinstance(settings, AddonSettings | ObjectsSettings) and not settings.enabled
    return False


def _of_extension(extension: Extension) -> RegisteredRule:
    """A rule of the user's own, whose errors name its file."""

    def check(environment: Environment) -> Iterator[Problem]:
        with reported(extension.position):
            for problem in extension.function(environment):
                if not isinstance(problem, Problem):
                    raise TypeError(f"a rule yields Problem, not {type(problem).__name__}")
                yield problem

    return RegisteredRule(
        check, extension.options["reads"], extension.options["severity"], last=False
    )


def _found(registered: RegisteredRule, environment: Environment) -> Iterator[Problem]:
    with suppress(UnknownSettingError):
        yield from registered.check(environment)
