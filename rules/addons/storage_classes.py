"""Rules of the storage classes."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Problem
from rules.registration import rule


@rule("platform")
def storage_classes_are_plain(environment: Environment) -> Iterator[Problem]:
    """The storage classes have different names."""
    settings, path = environment.platform.storage_classes, ("platform", "storage_classes")
    if settings.shared == settings.volumes:
        yield Problem((*path, "shared"), "is the name of the default class", settings.shared)
