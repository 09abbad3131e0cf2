"""Plans Helm releases from add-ons, as data; references stand for values only Terraform knows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from config import versions
from config.derived import limits
from config.environment import Environment
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.graph import require_first_addons, sort_by_dependencies
from modules.helm.ingresses import has_ingress, ingress_controllers
from modules.merge import merged, nested

CUSTOM_RESOURCES: Final = "custom-resources"
"""Name of our chart of custom resources."""


class MissingChartError(LookupError):
    """The version table has no row for an add-on's chart; the message has the rows to add."""


@dataclass(frozen=True)
class PlannedRelease:
    """A release.

    Attributes:
        name: its name.
        addon: its add-on.
        namespace: its namespace.
        chart: the chart's name in the repository, or CUSTOM_RESOURCES.
        repository: the chart's repository; None for our chart.
        version: the chart's version; None for our chart.
        values: the values, with references.
        requires: names of the releases that are installed first.
        helm: options of its release.
        uses_role: whether its pods use the add-on's role.
        manifests: the objects of our chart.
        required: whether releases of other add-ons wait for it.
    """

    name: str
    addon: Addon
    namespace: str
    chart: str
    repository: str | None
    version: str | None
    values: Values
    requires: tuple[str, ...]
    helm: Helm
    uses_role: bool = False
    manifests: Sequence[Manifest] = field(default=())
    required: bool = True

    @property
    def id(self) -> str:
        """The construct id of its resources."""
        return f"{self.addon.id_prefix}{self.name.replace('-', '_')}"


def plan_releases(environment: Environment, addons: Sequence[Addon]) -> list[PlannedRelease]:
    """The releases of an environment, each after those that it requires.

    Raises:
        CycleError: some add-ons require each other.
        LimitError: the name of a release is longer than Helm allows.
        MissingChartError: the version table has no row for an add-on's chart.
    """
    installed = require_first_addons([each for each in addons if each.installed(environment)])
    planned = {addon.name: tuple(_releases(environment, addon)) for addon in installed}
    releases = list(_in_order(installed, planned))
    for release in releases:
        _check_name(release.name)
    return releases


def _in_order(
    addons: Sequence[Addon], planned: Mapping[str, Sequence[PlannedRelease]]
) -> Iterator[PlannedRelease]:
    """The releases, each after those of other add-ons that it requires."""
    with_ingress = {
        release.name
        for releases in planned.values()
        for release in releases
        if has_ingress(release.values)
    }
    controllers = {
        addon.name: ingress_controllers(addons, addon)
        for addon in addons
        if any(release.name in with_ingress for release in planned[addon.name])
    }
    by_name = {addon.name: addon for addon in addons}

    def of(names: Sequence[str]) -> Iterator[str]:
        found = (release for name in names for release in planned.get(name, ()))
        return (release.name for release in found if release.required)

    for addon in sort_by_dependencies([_after(each, controllers) for each in addons]):
        before = tuple(of(by_name[addon.name].predecessors))
        served_by = tuple(of(controllers.get(addon.name, ())))
        for release in planned[addon.name]:
            # Its custom resources follow its chart, and so all that is before the chart.
            others = () if addon.name in release.requires else before
            others += served_by if release.name in with_ingress else ()
            yield replace(release, requires=tuple(dict.fromkeys((*others, *release.requires))))


def _after(addon: Addon, controllers: Mapping[str, tuple[str, ...]]) -> Addon:
    if addon.name not in controllers:
        return addon
    return replace(addon, after=(*addon.after, *controllers[addon.name]))


def _releases(environment: Environment, addon: Addon) -> Iterator[PlannedRelease]:
    """The releases of an add-on; each requires those before it."""
    context = Context(
        environment, addon.namespace_in(environment), has_role=addon.has_role(environment)
    )
    requires: tuple[str, ...] = ()
    prerequisites = addon.prerequisites(context)
    if prerequisites:
        name = f"{addon.name}-prerequisites"
        yield _resources(addon, context, name, prerequisites, requires)
        requires = (name,)
    after = addon.resources(context)
    if not addon.chart:
        objects = _resources(addon, context, addon.name, after, requires)
        yield replace(objects, helm=addon.helm, uses_role=context.has_role)
        return
    repository, chart, version = _chart(environment, addon)
    yield PlannedRelease(
        name=addon.name,
        addon=addon,
        namespace=context.namespace,
        chart=chart,
        repository=repository,
        version=version,
        values=chart_values(addon, context),
        requires=requires,
        helm=addon.helm,
        uses_role=context.has_role,
    )
    if after:
        made = _resources(addon, context, f"{addon.name}-resources", after, (addon.name,))
        yield replace(made, required=addon.resources_required)
    dashboards = addon.dashboards(context)
    if dashboards:
        name = f"{addon.name}-dashboards"
        made = _resources(addon, context, name, dashboards, (addon.name,))
        yield replace(made, required=False)


def _resources(
    addon: Addon,
    context: Context,
    name: str,
    manifests: Sequence[Manifest],
    requires: tuple[str, ...],
) -> PlannedRelease:
    return PlannedRelease(
        name=name,
        addon=addon,
        namespace=context.namespace,
        chart=CUSTOM_RESOURCES,
        repository=None,
        version=None,
        values={"resources": list(manifests)},
        requires=requires,
        helm=addon.resources_helm,
        manifests=manifests,
    )


def chart_values(addon: Addon, context: Context) -> Values:
    """The values of an add-on's chart: its own, then mirrored images, then the user's."""
    platform = context.environment.platform
    values = addon.values(context)
    registry = platform.charts.image_registry
    if registry is not None:
        for path, image in addon.images.items():
            values = merged(values, nested(path, image.format(registry=registry)))
    if addon.accepts_values:
        values = merged(values, addon.chart_settings(context.environment).values)
    return values


def _chart(environment: Environment, addon: Addon) -> tuple[str, str, str]:
    """Repository, name and version of an add-on's chart."""
    platform = environment.platform
    own = addon.own_chart
    if own is not None:
        return platform.charts.mirror or own.repository, addon.chart, own.version
    pinned = pinned_chart(addon)
    return (
        platform.charts.mirror or pinned.repository,
        pinned.chart or addon.chart,
        addon.chart_settings(environment).version
        or versions.chart_version(addon.chart, environment.cluster.version),
    )


def pinned_chart(addon: Addon) -> versions.Chart:
    """The chart of an add-on in the version table.

    Raises:
        MissingChartError: the table has no such chart.
    """
    charts = versions.table().charts
    if addon.chart not in charts:
        raise MissingChartError(
            f"add-on {addon.name}: chart {addon.chart} is missing in config/versions.yaml; "
            "add the rows:\n"
            "charts:\n"
            f"  {addon.chart}:\n"
            "    version: <version of the chart>\n"
            "    repository: <https:// or oci:// address>\n"
            "    source: <page that lists the version>"
        )
    return charts[addon.chart]


def _check_name(name: str) -> None:
    if len(name) > limits.HELM_RELEASE_NAME:
        raise limits.LimitError(
            f"release {name} has {len(name)} characters, Helm allows "
            f"{limits.HELM_RELEASE_NAME}: give the add-on a shorter name"
        )
