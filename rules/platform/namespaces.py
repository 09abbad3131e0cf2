"""Warnings of namespaces that settings select, and that nothing in the file makes."""

from collections.abc import Iterator, Sequence

from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from modules.addons.catalog import enabled_addons
from modules.helm.pod_security import KUBERNETES_NAMESPACES
from rules.registration import rule
from rules.teams.teams import team_namespaces


@rule("platform", "teams", severity="warning")
def selected_namespaces_exist(environment: Environment) -> Iterator[Problem]:
    """Namespaces in traffic, backups, logs, alerts and policies are some of a team or an add-on.

    Where the file has no teams, it does not know the namespaces of applications.
    """
    if not environment.teams:
        return
    known = {
        *KUBERNETES_NAMESPACES,
        *(addon.namespace_in(environment) for addon in enabled_addons(environment)),
        *(name for team in environment.teams.values() for name in team.namespaces),
    }
    for path, names in _selected(environment):
        for index, name in enumerate(names):
            if name not in known:
                message = "selects nothing: it is no namespace of a team, an add-on or Kubernetes"
                near = nearest(name, known)
                yield Problem((*path, index), message, name, suggestion=near)


def _selected(environment: Environment) -> Iterator[tuple[Path, Sequence[str]]]:
    platform = environment.platform
    for path, namespace in team_namespaces(environment):
        for key in ("from_namespaces", "to_namespaces"):
            yield (*path, "traffic", key), getattr(namespace.traffic, key)
    if platform.velero.enabled:
        for name, schedule in platform.velero.schedules.items():
            path = ("platform", "velero", "schedules", name)
            yield (*path, "namespaces"), schedule.namespaces
            yield (*path, "excluded_namespaces"), schedule.excluded_namespaces or ()
    if platform.fluent_bit.enabled:
        names = platform.fluent_bit.exclude_namespaces
        yield ("platform", "fluent_bit", "exclude_namespaces"), names
    if platform.kyverno.enabled:
        names = platform.kyverno.excluded_namespaces
        yield ("platform", "kyverno", "excluded_namespaces"), names
    if platform.monitoring.enabled:
        for index, route in enumerate(platform.monitoring.alertmanager.routes):
            path = ("platform", "monitoring", "alertmanager", "routes", index)
            yield (*path, "namespaces"), route.namespaces
