"""JSON schemas of Kubernetes, of custom resources and of chart values."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import jsonschema
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource
from referencing.jsonschema import DRAFT202012

_PACKAGE: Final = "kubernetes_validate"
_DEFINITIONS: Final = "_definitions.json"
_UNCHECKED: Final = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


@cache
def kubernetes_types(minor: str) -> dict[str, Any]:
    """Kubernetes's own types, in which an unknown field is an error.

    Args:
        minor: the Kubernetes minor.
    """
    schemas = resources.files(_PACKAGE) / "kubernetes-json-schema"
    folder = next(
        entry
        for entry in schemas.iterdir()
        if entry.name.startswith(f"v{minor}") and entry.name.endswith("-strict")
    )
    schema = json.loads((folder / _DEFINITIONS).read_text())
    # Charts refer to the types in the words of older schemas, which call $defs definitions.
    return schema | {"definitions": schema["$defs"]}


def type_problems(value: Any, type_: str, minor: str) -> list[str]:
    """What is wrong with a value that should be of a type of Kubernetes.

    Args:
        value: the value.
        type_: the type, for example `io.k8s.api.core.v1.Toleration`.
        minor: the Kubernetes minor.
    """
    schema = {"$ref": f"{_DEFINITIONS}#/definitions/{type_}"}
    return _problems(value, jsonschema.Draft202012Validator(schema, registry=_registry(minor)))


def values_problems(values: Mapping[str, Any], schema: dict[str, Any], minor: str) -> list[str]:
    """What a chart's values.schema.json has against values.

    References to Kubernetes's types on the web are answered by the types of the minor.

    Args:
        values: all values, the chart's defaults among them.
        schema: the schema.
        minor: the Kubernetes minor.
    """
    validator = validator_for(schema, jsonschema.Draft7Validator)
    return _problems(values, validator(schema, registry=_registry(minor)))


def object_problems(manifest: Mapping[str, Any], definition: dict[str, Any]) -> list[str]:
    """What is wrong with a custom resource by its definition's schema.

    The definition's CEL rules are not checked here; Kubernetes checks them at apply.

    Args:
        manifest: the resource.
        definition: the `openAPIV3Schema`.
    """
    return _problems(manifest, jsonschema.Draft7Validator(_strict(definition)))


def _problems(value: Any, validator: Any) -> list[str]:
    errors = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.path)))
    return [
        f"{'.'.join(map(str, error.path)) or '(all)'}: {error.message[:200]}" for error in errors
    ]


@cache
def _registry(minor: str) -> Registry[Any]:
    types = Resource.from_contents(kubernetes_types(minor), default_specification=DRAFT202012)

    def retrieve(uri: str) -> Resource[Any]:
        if uri.rsplit("/", 1)[-1] == _DEFINITIONS:
            return types
        raise NoSuchResource(uri)

    return Registry(retrieve=retrieve)  # pyright: ignore[reportCallIssue]


def _strict(schema: Any, *, top: bool = True) -> Any:
    """A structural schema of Kubernetes as JSON Schema that refuses what Kubernetes would drop."""
    match schema:
        case list():
            return [_strict(inner, top=False) for inner in schema]
        case dict():
            return _strict_object(schema, top=top)
        case _:
            return schema


def _strict_object(schema: dict[str, Any], *, top: bool) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, inner in schema.items():
        if key == "properties":
            result[key] = {name: _strict(each, top=False) for name, each in inner.items()}
        else:
            result[key] = _strict(inner, top=False)
    if top:
        known = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
        result["properties"] = known | result.get("properties", {}) | {"metadata": _UNCHECKED}
    if result.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
        result["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    opened = result.get("x-kubernetes-preserve-unknown-fields")
    # Inside allOf and its like, which have no type, properties only restrict those above them.
    if "properties" in result and result.get("type") == "object" and not opened:
        result.setdefault("additionalProperties", False)
    if result.pop("nullable", False) and "type" in result:
        result["type"] = [result["type"], "null"]
    return result
