"""Finds values that a chart would silently ignore: keys that its values.yaml does not have."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from support.charts import Chart
from support.json_schemas import type_problems

DATA: Final = Path(__file__).parents[1] / "charts" / "open_values.yaml"


@dataclass(frozen=True)
class OpenValues:
    """Which values are not compared with values.yaml, and why.

    Attributes:
        shapes: types of Kubernetes by the keys that mean them in every chart.
        labels: keys whose value is a map of text that the chart passes on.
        charts: by chart and path, the reason why anything may stand there.
        commented: by chart and path, the reason for a key that values.yaml has as a comment.
    """

    shapes: Mapping[str, str]
    labels: tuple[str, ...]
    charts: Mapping[str, Mapping[str, str]]
    commented: Mapping[str, Mapping[str, str]]

    @staticmethod
    def read(file: Path = DATA) -> "OpenValues":
        """Reads them.

        Args:
            file: where they are.
        """
        data = yaml.safe_load(file.read_text())
        return OpenValues(
            data["shapes"], tuple(data["labels"]), data["open"] or {}, data["commented"] or {}
        )


def problems(
    chart: Chart, values: Mapping[str, Any], minor: str, opened: OpenValues
) -> Iterator[str]:
    """What is wrong with values, as lines that begin with the value's path.

    Args:
        chart: the chart.
        values: the values that we set.
        minor: the Kubernetes minor, for values of Kubernetes's own types.
        opened: what may be set besides the keys of values.yaml.
    """
    yield from _Check(chart, minor, opened).below(values, chart.values, ())


def unknown_entries(chart: Chart, opened: OpenValues) -> Iterator[str]:
    """Entries of the data that name nothing in the chart: they would hide a wrong key.

    Args:
        chart: the chart.
        opened: the data.
    """
    for path in opened.charts.get(chart.name, {}):
        if not _found(chart.values, path):
            yield f"open: {path} is not in values.yaml of {chart.name}"
    for path in opened.commented.get(chart.name, {}):
        key = path.rsplit(".", 1)[-1]
        if not re.search(rf"^\s*#[#\s-]*{re.escape(key)}\s*:", chart.text, re.MULTILINE):
            yield f"commented: values.yaml of {chart.name} has no comment with {key}:"


@dataclass(frozen=True)
class _Check:
    chart: Chart
    minor: str
    opened: OpenValues

    def below(
        self, values: Mapping[str, Any], defaults: Mapping[str, Any], path: tuple[str, ...]
    ) -> Iterator[str]:
        for key, value in values.items():
            here = (*path, key)
            if self._listed(self.opened.charts, here):
                continue
            if self._listed(self.opened.commented, here) or key in defaults:
                yield from self._value(key, value, defaults.get(key), here)
            else:
                yield f"{'.'.join(here)}: no key of {self.chart.name}'s values.yaml"

    def _value(self, key: str, value: Any, default: Any, path: tuple[str, ...]) -> Iterator[str]:
        name = ".".join(path)
        if value is None:
            return
        if key in self.opened.shapes and value:
            for problem in self._shape(self.opened.shapes[key], value):
                yield f"{name}: {problem}"
        elif key in self.opened.labels or key.endswith(("Annotations", "Labels")):
            if isinstance(value, dict) and not all(
                isinstance(each, str) for each in value.values()
            ):
                yield f"{name}: has a value that is no text"
        elif isinstance(value, dict) and isinstance(default, dict) and default:
            yield from self.below(value, default, path)
        elif isinstance(value, dict) and value and not isinstance(default, dict | None):
            yield f"{name}: is a map, but {default!r} in values.yaml"
        elif isinstance(value, dict) and value:
            yield f"{name}: is a map that values.yaml leaves empty; say why in {DATA.name}"
        elif isinstance(default, dict) and default and not isinstance(value, dict):
            yield f"{name}: is {value!r}, but a map in values.yaml"
        elif isinstance(default, bool) and not isinstance(value, bool):
            yield f"{name}: is {value!r}, but true or false in values.yaml"
        elif isinstance(default, list) and not isinstance(value, list):
            yield f"{name}: is {value!r}, but a list in values.yaml"

    def _shape(self, type_: str, value: Any) -> list[str]:
        if type_.startswith("[]"):
            values = value if isinstance(value, list) else [value]
            return [problem for each in values for problem in self._type(type_[2:], each)]
        return self._type(type_, value)

    def _type(self, type_: str, value: Any) -> list[str]:
        """No problems where the value is of one of the types, else those with the first."""
        answers = [type_problems(value, each, self.minor) for each in type_.split("|")]
        return [] if [] in answers else answers[0]

    def _listed(self, entries: Mapping[str, Mapping[str, str]], path: tuple[str, ...]) -> bool:
        return ".".join(path) in entries.get(self.chart.name, {})


def _found(values: Any, path: str) -> bool:
    """Whether a path leads somewhere; the keys on it may have dots themselves."""
    if not isinstance(values, dict):
        return False
    return any(
        path == key or (path.startswith(f"{key}.") and _found(inner, path[len(key) + 1 :]))
        for key, inner in values.items()
    )
