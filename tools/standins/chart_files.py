"""Where the pinned charts' own files are on this machine, and their custom resource definitions."""

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from config import versions

VARIABLE: Final = "EKS_PLATFORM_CHARTS"
"""Names a folder with `<chart>/<version>/values.yaml`."""

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


def chart_folder(name: str, version: str) -> Path:
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
    return path


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


class _Loader(yaml.CSafeLoader):
    """YAML 1.1, in which some definitions have a bare `=`, which is text to them."""


_Loader.add_constructor("tag:yaml.org,2002:value", _Loader.construct_yaml_str)


def documents(file: Path) -> list[Any]:
    """The documents of a chart's YAML file."""
    return list(yaml.load_all(file.read_text(), _Loader))
