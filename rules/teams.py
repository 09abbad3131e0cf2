"""Rules of the `teams` section."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.sections.teams import ContainerDefaults
from config.types.quantity import quantity
from modules.addons.argo_cd.resources import PLATFORM
from modules.addons.catalog import enabled_addons
from modules.helm.pod_security import KUBERNETES_NAMESPACES, PLATFORM_LABEL

RESERVED_PREFIX: Final = "kube-"
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"""

RESERVED_TEAMS: Final = ("default", PLATFORM)
"""Projects of Argo CD that are there already."""


def teams_have_names_of_their_own(environment: Environment) -> Iterator[Problem]:
    """A team's name is that of its project in Argo CD."""
    for name in environment.teams:
        if name in RESERVED_TEAMS:
            yield Problem(("teams", name), "is the name of a project of Argo CD", name)


def team_namespaces_are_free(environment: Environment) -> Iterator[Problem]:
    """A namespace belongs to one team, and to no add-on and not to Kubernetes."""
    owners = {
        addon.namespace_in(environment): f"add-on {addon.name}"
        for addon in enabled_addons(environment)
        if addon.installed(environment)
    }
    for team, settings in environment.teams.items():
        for name in settings.namespaces:
            path = ("teams", team, "namespaces", name)
            if name in KUBERNETES_NAMESPACES or name.startswith(RESERVED_PREFIX):
                yield Problem(path, "belongs to Kubernetes", name)
            elif name in owners:
                yield Problem(path, f"belongs to {owners[name]}", name)
            owners[name] = f"team {team}"


def team_namespaces_are_not_the_platforms(environment: Environment) -> Iterator[Problem]:
    """The label of add-ons' namespaces, which policies for applications leave alone, is theirs."""
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            for key, its in PLATFORM_LABEL.items():
                if namespace.labels.get(key) == its:
                    path = ("teams", team, "namespaces", name, "labels", key)
                    yield Problem(path, "is the label of the platform's own namespaces", its)


def container_defaults_fit(environment: Environment) -> Iterator[Problem]:
    """Kubernetes refuses defaults that are greater than their own limits."""
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            path = ("teams", team, "namespaces", name, "container_defaults")
            yield from _too_much(path, namespace.container_defaults)


def _too_much(path: Path, defaults: ContainerDefaults) -> Iterator[Problem]:
    for less, more in (
        ("memory_request", "memory_limit"),
        ("memory_limit", "max_memory"),
        ("cpu_request", "max_cpu"),
    ):
        small, large = getattr(defaults, less), getattr(defaults, more)
        if large is not None and quantity(small) > quantity(large):
            yield Problem((*path, less), f"is more than {more}, {large}", small)
