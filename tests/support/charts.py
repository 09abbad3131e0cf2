"""The pinned charts' own files: values, value schemas and custom resource definitions."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from config import versions
from config.versions import number
from modules.helm.releases import CUSTOM_RESOURCES, PlannedRelease
from modules.merge import merged

VARIABLE: Final = "EKS_PLATFORM_CHARTS"
"""Names a folder with `<chart>/<version>/values.yaml`."""

ISTIO_DEFAULTS: Final = "_internal_defaults_do_not_set"
"""Key of the defaults in Istio's charts, whose values are given without it."""

BESIDE: Final = Path(__file__).parents[3] / "shared" / "charts"
"""Where the folder is unless the variable names another: beside the repository."""


class ChartsMissingError(Exception):
    """There are no chart files here; the message says where they are looked for."""


@cache
def charts_folder() -> Path:
    """The folder with the charts' files.

    Raises:
        ChartsMissingError: there is none.
    """
    folder = Path(os.environ.get(VARIABLE) or BESIDE)
    if not (folder / "index.yaml").is_file():
        raise ChartsMissingError(
            f"{folder} holds no chart files. Set {VARIABLE} to a folder with index.yaml and "
            "<chart>/<version>/values.yaml of the charts in config/versions.yaml."
        )
    return folder


@dataclass(frozen=True)
class Chart:
    """The files of one version of a chart."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        """values.yaml as it is written, with its comments."""
        return (self.path / "values.yaml").read_text()

    @cached_property
    def own_values(self) -> dict[str, Any]:
        """The defaults of values.yaml, without those of sub-charts."""
        values: dict[str, Any] = documents(self.path / "values.yaml")[0] or {}
        return values.pop(ISTIO_DEFAULTS, {}) | values

    @cached_property
    def values(self) -> dict[str, Any]:
        """The defaults, those of sub-charts under the sub-charts' names; null where unset."""
        values: dict[str, Any] = {"global": {}}
        for name, chart in self.subcharts.items():
            values[name] = chart.values if chart else {}
        return merged(values, self.own_values)

    @cached_property
    def schema(self) -> dict[str, Any] | None:
        """values.schema.json, where the chart has one."""
        file = self.path / "values.schema.json"
        return json.loads(file.read_text()) if file.is_file() else None

    @cached_property
    def subcharts(self) -> dict[str, "Chart | None"]:
        """The charts it brings, by the key of their values; None where their files are not here."""
        metadata = documents(self.path / "Chart.yaml")[0]
        return {
            dependency.get("alias") or dependency["name"]: self._subchart(dependency)
            for dependency in metadata.get("dependencies") or ()
        }

    def _subchart(self, dependency: Mapping[str, str]) -> "Chart | None":
        name = dependency["name"]
        beside = _newest(self.path.parents[1] / name, dependency.get("version", ""))
        for folder in (self.path / "charts" / name, beside):
            if (folder / "values.yaml").is_file():
                return Chart(name, folder)
        return None


def _newest(folder: Path, version: str) -> Path:
    """The folder of a version, the newest one where it has a star such as `0.12.*`."""
    matching = sorted(folder.glob(version or "-"), key=lambda path: number(path.name))
    return matching[-1] if matching else folder / version


@cache
def chart(name: str, version: str) -> Chart:
    """The files of a chart.

    Args:
        name: its key in config/versions.yaml.
        version: its version.

    Raises:
        ChartsMissingError: the folder has neither this version nor the one of `data`.
    """
    path = charts_folder() / name / version
    if not path.is_dir():
        path = path.with_name(data_versions().get((name, version), version))
    if not path.is_dir():
        raise ChartsMissingError(f"{charts_folder()} has no {name} {version}")
    return Chart(name, path)


@cache
def data_versions() -> dict[tuple[str, str], str]:
    """By chart and pinned version, the version whose files are used instead (`data:`).

    That a value is a key of the chart is shown for this version, and for the pinned one by
    `make verify-charts` only.
    """
    return {
        (name, pin.version): pin.data
        for name, chart in versions.table().charts.items()
        for pin in (chart, *chart.versions.values())
        if pin.data is not None
    }


def is_published(release: PlannedRelease) -> bool:
    """Whether a release's chart is a project's, and none that we make ourselves."""
    return release.chart != CUSTOM_RESOURCES and versions.bundle_of(release.chart) is None


@cache
def definitions() -> dict[tuple[str, str], dict[str, Any]]:
    """The schemas of all custom resources, by apiVersion and kind."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for file in sorted(charts_folder().glob("**/crds/**/*.yaml")):
        for document in documents(file):
            if document and document.get("kind") == "CustomResourceDefinition":
                found |= _schemas(document["spec"])
    return found


def _schemas(spec: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    kind = spec["names"]["kind"]
    return {
        (f"{spec['group']}/{version['name']}", kind): version["schema"]["openAPIV3Schema"]
        for version in spec["versions"]
        if version["served"]
    }


def overlaid(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Values over defaults as Helm lays them: maps are merged, null removes, the rest replaces.

    Args:
        below: the defaults.
        above: the values.
    """
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(under, dict):
            result[key] = overlaid(under, value)
        else:
            result[key] = value
    return result


class _Loader(yaml.CSafeLoader):
    """YAML 1.1, in which some definitions have a bare `=`, which is text to them."""


_Loader.add_constructor("tag:yaml.org,2002:value", _Loader.construct_yaml_str)


def documents(file: Path) -> list[Any]:
    """The documents of a chart's YAML file."""
    return list(yaml.load_all(file.read_text(), _Loader))
