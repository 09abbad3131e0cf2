"""Rules of the `teams` section."""

from collections.abc import Iterator
from typing import Final

from config.addons.argo_cd import DEFAULT_PROJECT, FLEET_PROJECT, PLATFORM_PROJECT
from config.environment import Environment
from config.problem import Path, Problem
from config.sections.teams import ContainerDefaults, TeamNamespace
from config.types.quantity import quantity
from modules.addons.catalog import enabled_addons
from modules.helm.pod_security import KUBERNETES_NAMESPACES, PLATFORM_LABEL
from rules.registration import rule

RESERVED_PREFIX: Final = "kube-"
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"""

RESERVED_TEAMS: Final = (DEFAULT_PROJECT, FLEET_PROJECT, PLATFORM_PROJECT)
"""Projects of Argo CD that already exist."""

INJECTION_LABEL: Final = "istio-injection"


@rule("teams")
def team_names_are_free(environment: Environment) -> Iterator[Problem]:
    """A team has no name of an existing project of Argo CD."""
    for name in environment.teams:
        if name in RESERVED_TEAMS:
            yield Problem(("teams", name), "is the name of a project of Argo CD", name)


@rule("cluster", "platform", "teams")
def team_namespaces_are_free(environment: Environment) -> Iterator[Problem]:
    """A namespace belongs to one team, and is not one of an add-on or of Kubernetes."""
    owners = {
        addon.namespace_in(environment): addon.title
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


@rule("teams")
def team_namespaces_are_not_the_platforms(environment: Environment) -> Iterator[Problem]:
    """Namespaces of teams do not have the label that exempts add-ons from policies."""
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            for key, its in PLATFORM_LABEL.items():
                if namespace.labels.get(key) == its:
                    path = ("teams", team, "namespaces", name, "labels", key)
                    yield Problem(path, "is the label of the platform's own namespaces", its)


@rule("teams")
def container_defaults_fit(environment: Environment) -> Iterator[Problem]:
    """Kubernetes refuses default requests above the limits."""
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


@rule("platform", "teams")
def mesh_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """Plain ports are for pods with sidecars, which only `mesh.enabled` controls."""
    for path, namespace in team_namespaces(environment):
        if INJECTION_LABEL in namespace.labels:
            value = namespace.labels[INJECTION_LABEL]
            yield Problem((*path, "labels", INJECTION_LABEL), "is set by mesh.enabled", value)
        if not namespace.mesh.plain_ports:
            continue
        if not environment.platform.istio.enabled:
            message = "has no effect while platform.istio.enabled is false"
            yield Problem((*path, "mesh", "plain_ports"), message)
        elif not namespace.mesh.enabled:
            message = "has no effect: without sidecars all ports accept plain text"
            yield Problem((*path, "mesh", "plain_ports"), message)


@rule("platform", "teams")
def applications_have_argo_cd(environment: Environment) -> Iterator[Problem]:
    """Applications of a team need Argo CD, and their destination is a namespace of the team."""
    for name, team in environment.teams.items():
        path, applications = ("teams", name, "applications"), team.applications
        if applications is None:
            continue
        if not environment.platform.argo_cd.enabled:
            yield Problem(path, "needs platform.argo_cd, which is switched off")
        if applications.namespace and applications.namespace not in team.namespaces:
            message, namespaces = "is not a namespace of the team", ", ".join(team.namespaces)
            yield Problem((*path, "namespace"), message, applications.namespace, namespaces)
        clusters = environment.platform.argo_cd.clusters
        if applications.cluster and applications.cluster not in clusters:
            message = "is none of platform.argo_cd.clusters"
            yield Problem((*path, "cluster"), message, applications.cluster, ", ".join(clusters))


@rule("platform", "teams")
def argo_cd_settings_of_teams_have_effect(environment: Environment) -> Iterator[Problem]:
    """Settings of teams for Argo CD need Argo CD."""
    if environment.platform.argo_cd.enabled:
        return
    for name, team in environment.teams.items():
        for key in ("argo_cd_admins", "argo_cd_viewers", "repositories", "network_policies"):
            if getattr(team, key):
                message = "has no effect: platform.argo_cd is switched off"
                yield Problem(("teams", name, key), message)


def team_namespaces(environment: Environment) -> Iterator[tuple[Path, TeamNamespace]]:
    """The namespaces of all teams with the paths of their settings."""
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            yield ("teams", team, "namespaces", name), namespace
