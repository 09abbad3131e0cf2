"""Kibana's saved objects (I6): what they show, and that it is what Fluent Bit writes."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
import yaml

from config.addons.ingress import Controller
from modules.addons.catalog import rendered
from modules.addons.elasticsearch.saved_objects import PREFIX, SavedObject, ndjson, saved_objects
from modules.addons.fluent_bit.chart import FILE
from modules.addons.ingress.access_log import MARKER
from support.environments import environment
from support.fluent_bit import written
from support.platform import with_controller

OBJECTS: dict[tuple[str, str], SavedObject] = {
    (each["type"], each["id"]): each for each in saved_objects(environment())
}
DASHBOARDS = sorted(id_ for kind, id_ in OBJECTS if kind == "dashboard")
each_object = pytest.mark.parametrize("key", OBJECTS, ids=lambda key: key[1])
each_dashboard = pytest.mark.parametrize("name", DASHBOARDS)

APPLICATION_LEVELS = {"level", "severity", "log.level", "levelname"}
"""Names that logging libraries give the level of an entry."""

TRAEFIK_FIELDS = {"DownstreamStatus", "RequestMethod", "RequestHost", "RequestPath", "Duration"}
"""https://doc.traefik.io/traefik/reference/install-configuration/observability/logs-and-accesslogs/#available-fields"""


def test_there_are_dashboards_of_errors_ingress_and_events() -> None:
    assert [OBJECTS["dashboard", name]["attributes"]["title"] for name in DASHBOARDS] == [
        "[Platform] Errors by service",
        "[Platform] Kubernetes events and audit",
        "[Platform] Ingress",
    ]
    kinds = [kind for kind, _ in OBJECTS]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "index-pattern": 3,
        "search": 3,
        "dashboard": 3,
    }


def test_the_events_dashboard_names_the_log_group_of_the_audit_log() -> None:
    text = ndjson(environment(region="eu-central-1"))
    assert "/aws/eks/test/cluster` in eu-central-1" in text
    assert not re.search(r"[A-Z]+_NAME\b", text)


def test_what_is_not_collected_has_no_dashboard() -> None:
    def shown(**platform: Any) -> set[str]:
        made = saved_objects(environment(platform=platform))
        return {each["id"] for each in made if each["type"] == "dashboard"}

    assert shown(fluent_bit={"kubernetes_events": False}) == {
        "eks-platform-errors",
        "eks-platform-ingress",
    }
    assert shown(ingress={"enabled": False}) == {"eks-platform-errors", "eks-platform-events"}


# The file is what Kibana imports


@each_object
def test_references_lead_to_objects_of_the_file(key: tuple[str, str]) -> None:
    assert key[1].startswith(PREFIX)
    references = [(each["type"], each["id"]) for each in OBJECTS[key]["references"]]
    order = list(OBJECTS)
    assert all(order.index(each) < order.index(key) for each in references)


def test_json_within_json_is_text() -> None:
    for line in ndjson(environment()).splitlines():
        attributes = json.loads(line)["attributes"]
        meta = attributes.get("kibanaSavedObjectMeta", {})
        texts = [
            value
            for name, value in [*attributes.items(), *meta.items()]
            if name.endswith(("JSON", "FieldMap"))
        ]
        assert texts
        assert all(isinstance(json.loads(text), (dict, list)) for text in texts)


@each_dashboard
def test_every_panel_has_a_place_and_its_data(name: str) -> None:
    found = OBJECTS["dashboard", name]
    panels = found["attributes"]["panelsJSON"]
    indexes = [panel["panelIndex"] for panel in panels]
    assert len(set(indexes)) == len(indexes)
    assert [panel["gridData"]["i"] for panel in panels] == indexes
    taken = [
        (x, y)
        for grid in (panel["gridData"] for panel in panels)
        for x in range(grid["x"], grid["x"] + grid["w"])
        for y in range(grid["y"], grid["y"] + grid["h"])
    ]
    assert len(set(taken)) == len(taken)
    assert max(x for x, _ in taken) < 48
    expected = {
        f"{panel['panelIndex']}:{reference}" for panel in panels for reference in needs(panel)
    }
    assert {each["name"] for each in found["references"]} == expected


def needs(panel: dict[str, Any]) -> Iterator[str]:
    """Names of the references of a panel."""
    if panel["type"] == "search":
        yield panel["panelRefName"]
    if panel["type"] == "lens":
        attributes = panel["embeddableConfig"]["attributes"]
        layers = attributes["state"]["datasourceStates"]["formBased"]["layers"]
        names = [f"indexpattern-datasource-layer-{layer}" for layer in layers]
        assert [each["name"] for each in attributes["references"]] == names
        yield from names


@each_dashboard
def test_every_chart_shows_columns_that_it_has(name: str) -> None:
    for state in states(OBJECTS["dashboard", name]):
        [layer] = state["datasourceStates"]["formBased"]["layers"].values()
        assert layer["columnOrder"] == list(layer["columns"])
        shown = state["visualization"]
        xy = shown.get("layers", [])
        used = {each["columnId"] for each in shown.get("columns", [])}
        used |= {each for found in xy for each in (found["xAccessor"], *found["accessors"])}
        used |= {found["splitAccessor"] for found in xy if "splitAccessor" in found}
        assert used == set(layer["columns"])
        for column in layer["columns"].values():
            order = column.get("params", {}).get("orderBy", {})
            assert order.get("columnId", "count") in layer["columns"] or not order


def states(dashboard: SavedObject) -> Iterator[dict[str, Any]]:
    """The charts of a dashboard."""
    for panel in dashboard["attributes"]["panelsJSON"]:
        if panel["type"] == "lens":
            yield panel["embeddableConfig"]["attributes"]["state"]


# Every field is one that Fluent Bit writes


def used(found: SavedObject) -> Iterator[tuple[str, str]]:
    """Id of the data view and name of each field that an object uses."""
    attributes = found["attributes"]
    if found["type"] == "index-pattern":
        yield found["id"], attributes["timeFieldName"]
        for runtime in attributes["runtimeFieldMap"].values():
            for name in re.findall(r"'([@\w./]+\.[\w./]+)'", runtime["script"]["source"]):
                yield found["id"], name
    if found["type"] == "search":
        [reference] = found["references"]
        columns = [*attributes["columns"], *(name for name, _ in attributes["sort"])]
        query = attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]["query"]["query"]
        yield from ((reference["id"], name) for name in [*columns, *_queried(query)])
    if found["type"] == "dashboard":
        for panel in found["attributes"]["panelsJSON"]:
            if panel["type"] == "lens":
                made = panel["embeddableConfig"]["attributes"]
                [reference] = made["references"]
                [layer] = made["state"]["datasourceStates"]["formBased"]["layers"].values()
                names = {column["sourceField"] for column in layer["columns"].values()}
                names |= set(_queried(made["state"]["query"]["query"]))
                yield from ((reference["id"], name) for name in names - {"___records___"})


def _queried(query: str) -> list[str]:
    return re.findall(r"([@\w.]+) *:", query)


@cache
def written_to(pattern: str) -> set[str]:
    """The fields in the data streams of a pattern."""
    made = rendered(environment())
    found = set[str]()
    for name in ("fluent-bit", "fluent-bit-events"):
        text = made[name].values["config"]["extraFiles"][FILE]
        for index, fields in written(yaml.safe_load(text)).items():
            found |= fields if fnmatchcase(index, pattern) else set()
    return found


@each_object
def test_every_field_is_written_by_fluent_bit(key: tuple[str, str]) -> None:
    names = list(used(OBJECTS[key]))
    assert names
    for view, name in names:
        attributes = OBJECTS["index-pattern", view]["attributes"]
        known = written_to(attributes["title"]) | set(attributes["runtimeFieldMap"])
        assert any(
            name == each or (each.endswith(".*") and name.startswith(each[:-1])) for each in known
        ), name


def test_a_field_that_fluent_bit_does_not_write_is_noticed() -> None:
    known = written_to("logs-kubernetes-*")
    assert {"message", "kubernetes.container_name", "involvedObject.kind", "fields.*"} <= known
    assert not {"log", "_p", "metadata", "kubernetes.annotations.*", "node_name"} & known


@pytest.mark.parametrize("controller", ["nginx", "ingress-nginx"])
def test_fields_of_requests_are_those_of_the_access_log(controller: Controller) -> None:
    release = {"nginx": "nginx-ingress", "ingress-nginx": "ingress-nginx"}[controller]
    config = rendered(with_controller(controller))[release].values["controller"]["config"]
    config = config.get("entries", config)
    line = config.get("log-format") or config["log-format-upstream"]
    assert config.get("log-format-escaping") == "json" or config["log-format-escape-json"] == "true"
    logged = json.loads(line)
    assert "$http_user_agent" in line
    assert not {"$request", "$args", "$request_uri"} & set(logged.values())
    assert MARKER in logged
    known = set(logged) | TRAEFIK_FIELDS | APPLICATION_LEVELS | {"milliseconds"}
    assert {
        name
        for found in OBJECTS.values()
        for _, name in used(found)
        if name.startswith("fields.") and name.removeprefix("fields.") not in known
    } == set()


def test_fields_of_requests_are_those_of_envoys_access_log() -> None:
    values = rendered(with_controller("envoy-gateway"))["envoy-gateway"].values
    [log] = values["config"]["envoyGateway"]["envoyProxy"]["telemetry"]["accessLog"]["settings"]
    logged = set(log["format"]["json"])
    assert {MARKER, "status", "method", "host", "path", "milliseconds", "user_agent"} <= logged
    view = OBJECTS["index-pattern", "eks-platform-requests"]["attributes"]["runtimeFieldMap"]
    assert "fields.milliseconds" in view["request.seconds"]["script"]["source"]


def test_traefik_logs_requests_with_the_user_agent_and_without_the_query() -> None:
    log = rendered(with_controller("traefik"))["traefik"].values["accessLog"]
    assert (log["enabled"], log["format"]) == (True, "json")
    assert log["fields"]["headers"]["names"] == {"User-Agent": "keep"}
    assert log["fields"]["queryParameters"] == {"defaultMode": "drop"}
