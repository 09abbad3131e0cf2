"""The JSON Schema of environment files, for editors: `python -m tools.docs` writes it.

Environment files refer to it in a `yaml-language-server` comment. It describes a file before it is
merged: a base file may contain required settings, and null removes an inherited value.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from config.environment import Environment
from config.reading.field_spec import FieldSpec
from tools.docs.field_docs import field_docs

FILE: Final = Path(__file__).parents[2] / "config" / "schema.json"

Schema = dict[str, Any]

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
"""The newest draft that the YAML language server supports completely."""

_SELF_EVIDENT: Final = {"choice", "boolean", "section", "anything"}
"""Types whose allowed values an editor displays from the schema."""


def text() -> str:
    """Returns the schema as the text of its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema(model: type[BaseModel] = Environment) -> Schema:
    """Returns the schema of the files of a model."""
    whole = model.model_json_schema()
    definitions: dict[str, Schema] = whole.get("$defs", {})
    by_name = {section.__name__: section for section in sections(FieldSpec.of_model(model))}
    for name, definition in {model.__name__: whole, **definitions}.items():
        _describe(definition, by_name[name])  # two models of one name are a KeyError here
    for mergeable in _mergeable(whole, definitions):
        mergeable.pop("required", None)
    return {"$schema": _DRAFT, **whole}


def sections(spec: FieldSpec) -> Iterator[type[BaseModel]]:
    """Yields the models in a spec, at any depth, each once."""
    found: dict[type[BaseModel], None] = {}
    waiting = [spec]
    while waiting:
        current = waiting.pop(0)
        if current.model is not None and current.model not in found:
            found[current.model] = None
            waiting += [child for key in current.keys if (child := current.child(key))]
        waiting += [*current.alternatives, *([current.item] if current.item else [])]
    yield from found


def _describe(definition: Schema, section: type[BaseModel]) -> None:
    definition["description"] = _one_line(section.__doc__ or "")
    properties: dict[str, Schema] = definition.get("properties", {})
    for key, info in section.model_fields.items():
        meaning = _one_line(field_docs(section).get(key, ""))
        properties[key] = _setting(key, properties[key], FieldSpec.of_field(info), meaning)


def _setting(key: str, setting: Schema, spec: FieldSpec, meaning: str) -> Schema:
    if spec.kind not in _SELF_EVIDENT and spec.describe() != spec.kind:
        meaning = f"{meaning} Allowed: {spec.describe()}."
    default = setting.pop("default", None)
    for replaced in ("title", "description"):
        setting.pop(replaced, None)
    described: Schema = {"title": key, "description": meaning, **_or_null(_closed(setting))}
    if default is not None and spec.kind != "section":
        described["default"] = default
    return described


def _closed(setting: Schema) -> Schema:
    """Refuses keys of a mapping that match no pattern, and accepts null for its values."""
    patterns: dict[str, Schema] = setting.get("patternProperties", {})
    if patterns:
        setting["patternProperties"] = {key: _or_null(value) for key, value in patterns.items()}
        setting["additionalProperties"] = False
    elif isinstance(setting.get("additionalProperties"), dict):
        setting["additionalProperties"] = _or_null(setting["additionalProperties"])
    return setting


def _or_null(setting: Schema) -> Schema:
    if "$ref" in setting:
        return {"anyOf": [setting, {"type": "null"}]}
    if "anyOf" in setting:
        variants: list[Schema] = setting["anyOf"]
        kept = [variant for variant in variants if variant != {"type": "null"}]
        return _or_null(kept[0]) if len(kept) == 1 else {"anyOf": [*kept, {"type": "null"}]}
    if isinstance(setting.get("type"), str):
        setting["type"] = [setting["type"], "null"]
    if "enum" in setting:
        setting["enum"] = [*setting["enum"], None]
    return setting


def _mergeable(schema: Schema, definitions: dict[str, Schema]) -> Iterator[Schema]:
    """Yields the schemas of values that merge with inherited ones; entries of lists do not."""
    seen: set[str] = set()
    waiting: list[Schema] = [schema]
    while waiting:
        current = waiting.pop()
        yield current
        for keyword in ("properties", "patternProperties"):
            waiting += current.get(keyword, {}).values()
        waiting += current.get("anyOf", [])
        if isinstance(current.get("additionalProperties"), dict):
            waiting.append(current["additionalProperties"])
        name = current.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            waiting.append(definitions[name])


def _one_line(meaning: str) -> str:
    return " ".join(meaning.split())
