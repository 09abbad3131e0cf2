"""The order of add-ons, from their requirements."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from config.environment import Environment
from config.problem import Problem
from config.reading.nearest import nearest
from modules.helm.contract import Addon
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on


def require_first_addons(addons: Sequence[Addon]) -> list[Addon]:
    """Adds the add-ons with `install_first` to the requirements of all others."""
    first = [addon.name for addon in addons if addon.install_first]
    exempt = with_predecessors(addons, first)
    return [
        addon if addon.name in exempt else replace(addon, requires=(*addon.requires, *first))
        for addon in addons
    ]


def with_predecessors(addons: Sequence[Addon], names: Sequence[str]) -> set[str]:
    """Add-ons and all that are installed before them, directly or not."""
    by_name = {addon.name: addon for addon in addons}
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [each for each in by_name[name].predecessors if each in by_name]
    return found


def sort_by_dependencies(addons: Sequence[Addon]) -> list[Addon]:
    """Sorts add-ons so that each comes after those in `requires` and `after`, otherwise by name.

    Raises:
        CycleError: some add-ons require each other.
    """
    by_name = {addon.name: addon for addon in addons}
    sorter = TopologicalSorter(
        {name: [r for r in addon.predecessors if r in by_name] for name, addon in by_name.items()}
    )
    sorter.prepare()
    ordered: list[Addon] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [by_name[name] for name in ready]
        sorter.done(*ready)
    return ordered


def graph_problems(
    environment: Environment,
    addons: Sequence[Addon],
    all_addons: Callable[[], Sequence[Addon]],
) -> Iterator[Problem]:
    """Yields the problems of the requirements of an environment's add-ons."""
    by_name = {addon.name: addon for addon in addons}
    dependents: dict[str, list[Addon]] = {}
    for addon in addons:
        if addon.installed(environment):
            for name in _required(environment, addon):
                dependents.setdefault(name, []).append(addon)
    if dependents.keys() - by_name:
        by_name = {addon.name: addon for addon in all_addons()}
    for name, those in dependents.items():
        if name in by_name:
            yield from _unmet_requirement(environment, those, by_name[name])
        else:
            yield from _unknown_requirement(those, name, by_name)
    yield from _cycles(addons, lambda addon: addon.installed(environment))


def _required(environment: Environment, addon: Addon) -> Iterator[str]:
    """What an add-on requires; the CRDs of monitors only where Prometheus runs."""
    for name in addon.requires:
        if name != PROMETHEUS_OPERATOR_CRDS or metrics_on(environment):
            yield name


def _unknown_requirement(
    dependents: Sequence[Addon], name: str, known: Iterable[str]
) -> Iterator[Problem]:
    for addon in dependents:
        path = addon.requirement_paths.get(name, addon.settings_path)
        message = f"requires {name}, and there is no such add-on"
        yield Problem(path, message, suggestion=nearest(name, known))


def _unmet_requirement(
    environment: Environment, dependents: Sequence[Addon], required: Addon
) -> Iterator[Problem]:
    if required.applies(environment) and not required.enabled(environment):
        path = (*required.settings_path, "enabled")
        *others, last = [addon.name for addon in dependents]
        all_of_them = f"{', '.join(others)} and {last} require" if others else f"{last} requires"
        paths = (addon.requirement_paths.get(required.name) for addon in dependents)
        yield Problem(
            path,
            f"must not be false: {all_of_them} {required.name}",
            value=False,
            involved=tuple(each for each in paths if each is not None),
        )


def _cycles(addons: Sequence[Addon], wanted: Callable[[Addon], bool]) -> Iterator[Problem]:
    installed = [addon for addon in addons if wanted(addon)]
    try:
        sort_by_dependencies(installed)
    except CycleError as error:
        circle: list[str] = error.args[1]
        first = next(addon for addon in installed if addon.name == circle[0])
        yield Problem(first.settings_path, f"requires itself: {' before '.join(circle)}")
