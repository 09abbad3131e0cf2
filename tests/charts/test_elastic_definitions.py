"""The Elasticsearch and Kibana objects have fields of their CRDs only."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from jsonschema.validators import extend

from support.addon_environments import MINORS, VARIANTS, releases
from support.json_schemas import object_problems, type_problems
from tools.standins.chart_files import ChartsMissingError, definitions

DEFINITIONS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("elastic_definitions.yaml").read_text()
)
OF_THE_CHART = {"enabled", "fullnameOverride", "annotations", "labels", "ingress"}
"""Values that become no part of the spec; see the chart's templates,
https://github.com/elastic/cloud-on-k8s/tree/v3.5.0/deploy/eck-stack/charts."""

KINDS = {
    "eck-elasticsearch": ("elasticsearch.k8s.elastic.co/v1", "Elasticsearch"),
    "eck-kibana": ("kibana.k8s.elastic.co/v1", "Kibana"),
}


def _spec(name: str, minor: str, key: str) -> dict[str, Any]:
    values = releases(name, minor)["eck-stack"].values[key]
    return {each: value for each, value in values.items() if each not in OF_THE_CHART}


def _problems(spec: dict[str, Any], kind: str, minor: str) -> list[str]:
    def of_kubernetes(_: Any, type_: str, value: Any, __: Any) -> Any:
        yield from map(jsonschema.ValidationError, type_problems(value, type_, minor))

    checker: Any = extend(jsonschema.Draft7Validator, {"kubernetes": of_kubernetes})
    errors = checker(DEFINITIONS[kind]).iter_errors(spec)
    return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in errors]


def _definition(api_version: str, kind: str) -> Any:
    """The CRD of the chart; None where there are no chart files."""
    with suppress(ChartsMissingError):
        return definitions().get((api_version, kind))
    return None


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("key", KINDS)
def test_resources_have_fields_of_their_kind_only(minor: str, key: str) -> None:
    api_version, kind = KINDS[key]
    definition = _definition(api_version, kind)
    with_elasticsearch = [name for name in VARIANTS if "eck-stack" in releases(name, minor)]
    assert with_elasticsearch
    for name in with_elasticsearch:
        spec = _spec(name, minor, key)
        assert _problems(spec, kind, minor) == [], name
        if definition is not None:
            manifest = {"apiVersion": api_version, "kind": kind, "metadata": {}, "spec": spec}
            assert object_problems(manifest, definition) == [], name


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("nodesets",), []),
        (("nodeSets", 0, "replicas"), 3),
        (("nodeSets", 0, "podTemplate", "spec", "topologySpreadConstraint"), []),
        (("nodeSets", 0, "volumeClaimTemplates", 0, "spec", "storageClass"), "gp3"),
        (("nodeSets", 0, "count"), "3"),
    ],
)
def test_a_wrong_field_is_found(path: tuple[Any, ...], value: Any) -> None:
    spec = yaml.safe_load(yaml.safe_dump(_spec("prod", MINORS[-1], "eck-elasticsearch")))
    inner = spec
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert _problems(spec, "Elasticsearch", MINORS[-1])
