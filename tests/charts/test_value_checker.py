"""The check of chart values finds unknown and misplaced values."""

from pathlib import Path
from typing import Any

import pytest

from support.charts import Chart
from support.json_schemas import values_problems
from support.value_keys import OpenValues, problems, unknown_entries

VALUES = """
replicas: 1
enabled: false
args: []
image: {tag: ""}
config: {}
resources: {}
# hidden: 1
unset:
sidecar: {}
"""
SUBCHART = "port: 1\n"
OPENED = OpenValues(
    shapes={
        "resources": "io.k8s.api.core.v1.ResourceRequirements",
        "tolerations": "[]io.k8s.api.core.v1.Toleration",
    },
    labels=("annotations",),
    charts={},
    commented={"sample": {"hidden": "optional"}},
)


@pytest.fixture
def sample(tmp_path: Path) -> Chart:
    chart = tmp_path / "sample"
    (chart / "charts" / "part").mkdir(parents=True)
    (chart / "values.yaml").write_text(VALUES)
    (chart / "Chart.yaml").write_text("dependencies: [{name: part, alias: sidecar}]")
    (chart / "charts" / "part" / "values.yaml").write_text(SUBCHART)
    (chart / "charts" / "part" / "Chart.yaml").write_text("name: part")
    return Chart("sample", chart)


@pytest.mark.parametrize(
    "values",
    [
        {"replicas": 3, "image": {"tag": "1"}, "enabled": True, "args": ["-v"]},
        {"hidden": 2, "unset": "x"},
        {"sidecar": {"port": 2, "global": {}}},
        {"resources": {"limits": {"memory": "1Gi"}, "requests": {"cpu": 1}}},
        {"image": None},
    ],
)
def test_values_of_the_chart_pass(sample: Chart, values: dict[str, Any]) -> None:
    assert list(problems(sample, values, "1.35", OPENED)) == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"replica": 3}, "replica: no key of sample's values.yaml"),
        ({"image": {"Tag": "1"}}, "image.Tag: no key of sample's values.yaml"),
        ({"sidecar": {"prot": 2}}, "sidecar.prot: no key of sample's values.yaml"),
        ({"image": "nginx"}, "image: is 'nginx', but a map in values.yaml"),
        ({"replicas": {"min": 1}}, "replicas: is a map, but 1 in values.yaml"),
        ({"enabled": "false"}, "enabled: is 'false', but true or false in values.yaml"),
        ({"args": "-v"}, "args: is '-v', but a list in values.yaml"),
        (
            {"config": {"a": 1}},
            "config: is a map that values.yaml leaves empty; say why in open_values.yaml",
        ),
    ],
)
def test_a_value_that_the_chart_would_ignore_or_refuse_is_found(
    sample: Chart, values: dict[str, Any], problem: str
) -> None:
    assert list(problems(sample, values, "1.35", OPENED)) == [problem]


def test_a_wrong_field_of_a_kubernetes_type_is_found(sample: Chart) -> None:
    values = {"resources": {"limit": {"memory": "1Gi"}}}
    (problem,) = problems(sample, values, "1.35", OPENED)
    assert "'limit' was unexpected" in problem


def test_an_open_map_may_hold_anything(sample: Chart) -> None:
    opened = OpenValues({}, (), {"sample": {"config": "entries of a ConfigMap"}}, {})
    assert list(problems(sample, {"config": {"a": {"b": 1}}}, "1.35", opened)) == []


def test_an_exception_that_names_nothing_is_found(sample: Chart) -> None:
    opened = OpenValues({}, (), {"sample": {"image.name": "x"}}, {"sample": {"gone": "y"}})
    assert list(unknown_entries(sample, opened)) == [
        "open: image.name is not in values.yaml of sample",
        "commented: values.yaml of sample has no comment with gone:",
    ]


def test_a_schemas_references_to_kubernetes_are_followed() -> None:
    root = "https://example.com/v1.36.1/_definitions.json#/definitions/"
    schema = {"properties": {"pull": {"$ref": f"{root}io.k8s.api.core.v1.LocalObjectReference"}}}
    assert values_problems({"pull": {"name": "a"}}, schema, "1.35") == []
    assert values_problems({"pull": {"name": 1}}, schema, "1.35") != []
