"""The pinned charts' own files: values and value schemas."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from config import versions
from config.versions import number
from modules.helm.releases import CUSTOM_RESOURCES, PlannedRelease
from modules.merge import merged
from tools.standins.chart_files import chart_folder, documents

ISTIO_DEFAULTS: Final = "_internal_defaults_do_not_set"
"""Key of the defaults in Istio's charts, whose values are given without it."""


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
        ChartsMissingError: there are none.
    """
    return Chart(name, chart_folder(name, version))


def is_published(release: PlannedRelease) -> bool:
    """Whether a release's chart is a project's, and none that we make ourselves."""
    return release.chart != CUSTOM_RESOURCES and versions.bundle_of(release.chart) is None


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
