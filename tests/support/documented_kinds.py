"""Custom resources whose definition no chart has as a file, by their reference.

tests/charts/documented_kinds.yaml has their fields.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from support.json_schemas import object_problems

KINDS: Final[dict[str, dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[1] / "charts" / "documented_kinds.yaml").read_text()
)
TYPES: Final = {
    "text": "string",
    "number": "integer",
    "decimal": "number",
    "boolean": "boolean",
}


def undocumented(manifest: Mapping[str, Any]) -> list[str]:
    """What the reference of its kind does not have."""
    kind = KINDS[manifest["kind"]]
    if manifest["apiVersion"] != kind["apiVersion"]:
        return [f"apiVersion: {manifest['apiVersion']} is not {kind['apiVersion']}"]
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    return [f"{name}: {each}" for each in object_problems(manifest, _schema(kind["fields"]))]


def _schema(fields: Any) -> dict[str, Any]:
    """The fields of documented_kinds.yaml as a schema in which any other is an error."""
    match fields:
        case str():
            return {"type": TYPES[fields]}
        case [str(word)] if word in TYPES:
            return {"type": "array", "items": _schema(word)}
        case [dict() as item]:
            return {"type": "array", "items": _schema(item)}
        case list():
            return {"enum": fields}
        case {"*": item}:
            return {"type": "object", "additionalProperties": _schema(item)}
        case _:
            inner = {name: _schema(field) for name, field in fields.items()}
            return {"type": "object", "properties": inner, "additionalProperties": False}
