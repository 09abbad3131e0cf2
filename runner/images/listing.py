"""Lists the charts and images of an environment."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from config.environment import Environment
from modules.addons.catalog import rendered
from modules.helm.releases import PlannedRelease
from runner.errors import RunnerError
from runner.images.configured import AUTO, PROXY, Place
from runner.images.model import ListedChart, ListedImage, Listing
from runner.images.references import NAME, full_name, images_in
from runner.images.render import render
from runner.images.sources import archive_of, described


def listing(environment: Environment, digests: Mapping[str, str] | None = None) -> Listing:
    """The charts and images of an environment.

    Args:
        environment: the environment.
        digests: recorded digests of images, by their names in the registries of their projects.

    Charts are rendered with the values of the environment, and once more with the registries of
    their projects, so that each image is known by both names.
    """
    charts = environment.platform.charts
    with TemporaryDirectory() as folder:
        found = _Rendered(environment, Path(folder))
        images, unknown = _images(found, digests or {})
    return Listing(
        environment=environment.name,
        charts=tuple(sorted(found.charts, key=lambda chart: (chart.name, chart.version))),
        images=images,
        unknown=unknown,
        image_registry=charts.image_registry,
        mirror=charts.mirror,
    )


def _at_projects(environment: Environment) -> Environment:
    """The environment with charts and images from their projects."""
    charts = environment.platform.charts
    plain = charts.model_copy(update={"mirror": None, "image_registry": None})
    platform = environment.platform.model_copy(update={"charts": plain})
    return environment.model_copy(update={"platform": platform})


class _Rendered:
    """The objects of an environment.

    Attributes:
        ours: by release, as the environment installs them.
        theirs: by release, with the registries of the projects.
        charts: the charts.
        unknown: why a release could not be rendered.
    """

    def __init__(self, environment: Environment, folder: Path) -> None:
        self._minor = environment.cluster.version
        self.ours: dict[str, list[dict[str, Any]]] = {}
        self.theirs: dict[str, list[dict[str, Any]]] = {}
        self.unknown: dict[str, str] = {}
        charts: dict[tuple[str, str], ListedChart] = {}
        plain = _at_projects(environment)
        projects = rendered(plain)
        for name, release in rendered(environment).items():
            project = projects[name]
            if project.repository is None or project.version is None:
                self.ours[name], self.theirs[name] = [*release.manifests], [*project.manifests]
                continue
            archive = None
            try:
                archive = archive_of(
                    environment, project.chart, project.version, project.repository, folder
                )
                self._render(release, project, archive)
            except RunnerError as error:
                self.unknown[name] = str(error)
            chart = described(environment, release, project.repository, archive)
            charts[chart.name, chart.version] = chart
        self.charts = charts.values()

    def _render(self, release: PlannedRelease, project: PlannedRelease, archive: Path) -> None:
        ours = render(release, archive, self._minor)
        same = project.values == release.values
        theirs = ours if same else render(project, archive, self._minor)
        self.ours[release.name], self.theirs[release.name] = ours, theirs


def _images(
    found: _Rendered, digests: Mapping[str, str]
) -> tuple[tuple[ListedImage, ...], dict[str, str]]:
    unknown = dict(found.unknown)
    used_by: dict[tuple[str, str], set[str]] = defaultdict(set)
    names, sources = _places(found.ours), _places(found.theirs)
    has_proxy = any(place[-1] == PROXY for _, place in names)
    for (release, place), name in names.items():
        if name == AUTO and has_proxy:
            continue
        source = sources.get((release, place), "")
        if name == AUTO or not (NAME.fullmatch(name) and NAME.fullmatch(source)):
            what = f"{name!r} of {' '.join(part for part in place[:3] if part)}"
            unknown[release] = "; ".join(filter(None, (unknown.get(release), what)))
            continue
        used_by[full_name(name), full_name(source)].add(release)
    images = (
        ListedImage(name, source, tuple(sorted(releases)), digests.get(source))
        for (name, source), releases in sorted(used_by.items())
    )
    return tuple(images), unknown


def _places(objects: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, Place], str]:
    """The names of images by release and place."""
    everything = [each for release in objects.values() for each in release]
    return {
        (release, place): name
        for release, own in objects.items()
        for place, name in images_in(own, everything)
    }
