"""What we set in a chart is what the chart reads."""

import json
import re
from pathlib import Path

import pytest

from config import versions
from modules.addons.catalog import all_addons
from modules.helm.releases import PlannedRelease
from support.addon_environments import COMBINATIONS, MINORS, VARIANTS, releases
from support.charts import Chart, chart, is_published, overlaid
from support.json_schemas import values_problems
from support.value_keys import OpenValues, problems, unknown_entries
from tools.standins.chart_files import data_versions

AMI = re.compile(r"al2023@v[0-9]{8}")
"""An alias of a node image, whose date is another one for each minor."""

pytestmark = pytest.mark.usefixtures("charts")
each_combination = pytest.mark.parametrize(("name", "minor"), COMBINATIONS)


def _charts(name: str, minor: str) -> list[tuple[PlannedRelease, Chart]]:
    return [
        (release, chart(release.addon.chart, str(release.version)))
        for release in releases(name, minor).values()
        if is_published(release)
    ]


@each_combination
def test_each_value_is_a_key_of_the_pinned_chart(name: str, minor: str, opened: OpenValues) -> None:
    assert [
        f"{release.name}: {problem}"
        for release, files in _charts(name, minor)
        for problem in problems(files, release.values, minor, opened)
    ] == []


@each_combination
def test_values_pass_the_schema_of_the_pinned_chart(name: str, minor: str) -> None:
    assert [
        f"{release.name}: {problem}"
        for release, files in _charts(name, minor)
        if files.schema is not None
        for problem in values_problems(overlaid(files.values, release.values), files.schema, minor)
    ] == []


@each_combination
def test_the_chart_runs_on_the_kubernetes_minor(name: str, minor: str) -> None:
    assert [
        release.name
        for release, _ in _charts(name, minor)
        if not versions.chart_fits(release.addon.chart, str(release.version), minor)
    ] == []


def test_what_differs_between_minors_is_checked_on_each() -> None:
    def installed(name: str, minor: str) -> set[str]:
        return {
            AMI.sub("al2023@", json.dumps([release.name, str(release.version), release.values]))
            for release in releases(name, minor).values()
        }

    for minor in MINORS:
        checked = set().union(*(installed(name, MINORS[-1]) for name in VARIANTS))
        checked |= set().union(*(installed(name, at) for name, at in COMBINATIONS if at == minor))
        for name in VARIANTS:
            assert installed(name, minor) <= checked


def test_the_table_names_the_data_of_each_version_without_files(charts: Path) -> None:
    pinned = {
        (release.addon.chart, str(release.version))
        for minor in MINORS
        for name in VARIANTS
        for release in releases(name, minor).values()
        if is_published(release)
    }
    absent = {(name, version) for name, version in pinned if not (charts / name / version).is_dir()}
    assert absent == set(data_versions())


def test_every_add_on_is_checked_in_some_environment() -> None:
    checked = {
        release.addon.name for name in VARIANTS for release in releases(name, MINORS[-1]).values()
    }
    assert {addon.name for addon in all_addons()} - checked == set()


def test_each_exception_names_a_value_of_its_chart_and_gives_a_reason(opened: OpenValues) -> None:
    charts = versions.table().charts
    for entries in (opened.charts, opened.commented):
        assert set(entries) <= set(charts)
        assert all(reason.strip() for paths in entries.values() for reason in paths.values())
    assert [
        problem
        for name in {*opened.charts, *opened.commented}
        for problem in unknown_entries(chart(name, charts[name].version), opened)
    ] == []
