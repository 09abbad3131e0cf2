"""Every error that the model can raise is put into words, and none in the model's own jargon."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from config.environment import Environment
from config.reading.errors import MESSAGES
from config.reading.field_spec import UNKNOWN, FieldSpec
from config.reading.report import ConfigError
from config.reading.validate import prepared, validate
from config.reading.written import WrittenSettings
from config.reading.yaml_file import parse
from config.settings import Settings
from config.synonyms import SYNONYMS

ERRORS_OF_SCHEMA: dict[str, dict[str, str]] = {
    # core schema -> what makes it raise an error ("" is always) -> the error
    "model": {"": "model_type"},
    "model-fields": {"": "extra_forbidden"},
    "model-field": {"": "missing"},
    "str": {
        "": "string_type",
        "pattern": "string_pattern_mismatch",
        "min_length": "string_too_short",
        "max_length": "string_too_long",
    },
    "int": {"": "int_type", "ge": "greater_than_equal", "le": "less_than_equal"},
    "float": {"": "float_type", "ge": "greater_than_equal", "le": "less_than_equal"},
    "bool": {"": "bool_type"},
    "literal": {"": "literal_error"},
    "list": {"": "list_type", "min_length": "too_short", "max_length": "too_long"},
    "dict": {"": "dict_type", "min_length": "too_short", "max_length": "too_long"},
    "any": {},
    "default": {},
    "definitions": {},
    "definition-ref": {},
    "function-before": {},
    "nullable": {},
    "union": {},
}

CONSTRAINTS = {
    *("pattern", "min_length", "max_length", "ge", "gt", "le", "lt", "multiple_of"),
    *("allow_inf_nan", "ascii_only", "fail_fast", "max_digits", "decimal_places"),
}


def schemas(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        if value.get("type") == "function-before" and value["schema"]["type"] == "lax-or-strict":
            return  # the function has made the value what this schema wants
        for key, inner in value.items():
            if key not in {"metadata", "serialization", "function"}:
                yield from schemas(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from schemas(inner)


def errors_of(model: type[BaseModel]) -> set[str]:
    errors: set[str] = set()
    for schema in schemas(model.__pydantic_core_schema__):
        known = ERRORS_OF_SCHEMA[schema["type"]]
        constrained = {key for key in CONSTRAINTS if schema.get(key) is not None}
        assert constrained <= known.keys(), f"no translation of {constrained} of {schema['type']}"
        errors |= {error for key, error in known.items() if key == "" or key in constrained}
    return errors


IN_SECTIONS_AND_LISTS = {"missing", "extra_forbidden", "too_short", "too_long"}
"""The reader finds these itself, because the model says them of the section or of the list."""


def test_every_error_of_the_model_has_a_message() -> None:
    assert errors_of(Environment) - IN_SECTIONS_AND_LISTS <= MESSAGES.keys()


def test_the_walk_sees_the_whole_model() -> None:
    assert {"missing", "extra_forbidden", "literal_error", "too_long"} <= errors_of(Environment)


def test_what_other_tools_call_a_setting_leads_to_one_or_to_none() -> None:
    top = FieldSpec.of_model(Environment)
    for name, setting in SYNONYMS.items():
        assert not setting or top.at(tuple(setting.split("."))) is not UNKNOWN, name


# ruff: noqa: RUF012 (pydantic copies mutable defaults)
class Disk(Settings):
    """A disk."""

    size: int | Literal["max"]


class Pool(Settings):
    """A pool of nodes."""

    name: Annotated[str, StringConstraints(min_length=2, max_length=4)]
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    disk: bool = True


def _color(value: Any) -> Any:
    if value not in {"green", "blue"}:
        raise PydanticCustomError("color", "is no color", {"choices": "green, blue"})
    return value


class Sample(Settings):
    """Forms that other sections may take one day."""

    pools: Annotated[list[Pool], Field(max_length=3)] = []
    by_name: dict[str, Pool] = {}
    limit: Annotated[int, Field(ge=1)] | Literal["none"] = "none"
    either: bool | Pool = True
    weights: Annotated[dict[str, int], Field(min_length=1, max_length=2)] = {"a": 1}
    values: dict[str, Any] = {}
    """Anything."""

    version: Annotated[str, StringConstraints(pattern=r"^1\.[0-9]{2}$")] = "1.30"
    chosen: dict[Literal["vpc-cni", "coredns"], Pool] = {}
    color: Annotated[str, BeforeValidator(_color)] = "green"
    data: Disk | None = None


SPEC = FieldSpec.of_model(Sample)


def written(text: str) -> WrittenSettings:
    found = parse(Path("x.yaml"), text, SPEC).written
    assert found is not None
    return found


def lines(text: str) -> list[str]:
    found = validate(written(text), Sample, {"capacity": "pools", "quota": "limit"})
    return str(ConfigError(found.problems)).splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "pools:\n  - name: aa\n  - nmae: bb\n    share: 2\n",
            [
                "x.yaml:3:5: pools[1].name: is required; allowed text",
                "x.yaml:3:5: pools[1].nmae: is not a setting; "
                "allowed name, share, disk; did you mean name?",
                "x.yaml:4:12: pools[1].share: is out of range (2); allowed a number from 0 to 1",
            ],
        ),
        (
            "pools: [1, {name: a}, {name: abcde, disk: 'true'}]",
            [
                "x.yaml:1:9: pools[0]: must be a mapping of settings (1); "
                "allowed name, share, disk",
                'x.yaml:1:19: pools[1].name: is too short, 1 character ("a"); allowed text',
                'x.yaml:1:30: pools[2].name: is too long, 5 characters ("abcde"); allowed text',
                'x.yaml:1:43: pools[2].disk: must be true or false ("true"); did you mean true?',
            ],
        ),
        (
            "pools: [{}, {}, {}, {}]",
            [
                "x.yaml:1:8: pools: has 4 entries ([{}, {}, {}, {}]); "
                "allowed a list of at most 3 entries",
                *(
                    f"x.yaml:1:{column}: pools[{place}].name: is required; allowed text"
                    for place, column in enumerate([9, 13, 17])
                ),
            ],
        ),
        (
            "by_name: {a b: {name: 12}, c: [1]}",
            [
                'x.yaml:1:23: by_name["a b"].name: must be text (12); did you mean "12"?',
                "x.yaml:1:31: by_name.c: must be a mapping of settings ([1]); "
                "allowed name, share, disk",
            ],
        ),
        (
            "limit: 0\neither: {name: a}",
            [
                "x.yaml:1:8: limit: is not accepted (0); "
                "allowed a whole number of at least 1; or none",
                'x.yaml:2:9: either: is not accepted ({"name": "a"}); '
                "allowed true or false; or name, share, disk",
            ],
        ),
        (
            "weights: {}",
            [
                "x.yaml:1:10: weights: has 0 entries ({}); allowed a mapping of 1 to 2 entries, "
                "each key text, each value a whole number"
            ],
        ),
        (
            "weights: {a: 1.5, b: x}\nby_name: {a: {name: ab, share: many}}",
            [
                "x.yaml:1:14: weights.a: must be a whole number (1.5)",
                'x.yaml:1:22: weights.b: must be a whole number ("x")',
                "x.yaml:2:32: by_name.a.share: must be a number "
                '("many"); allowed a number from 0 to 1',
            ],
        ),
        (
            "chosen: {core-dns: {name: ab}, coredns: {}}",
            [
                "x.yaml:1:10: chosen.core-dns: has a key that is not one of the choices "
                '("core-dns"); allowed vpc-cni, coredns; did you mean coredns?',
                "x.yaml:1:41: chosen.coredns.name: is required; allowed text",
            ],
        ),
        (
            "version: 1.30",
            ['x.yaml:1:10: version: must be text (1.30); did you mean "1.30"?'],
        ),
        (
            "limit: 2\ncapacity: []\nby_name: {a: {name: ab, quota: 1}}",
            [
                "x.yaml:2:1: capacity: is not a setting; "
                "allowed pools, by_name, limit, either, weights, values, version, chosen, color, "
                "data; did you mean pools?",
                "x.yaml:3:25: by_name.a.quota: is not a setting; "
                "allowed name, share, disk; did you mean limit?",
            ],
        ),
        (
            "color: grey",
            ['x.yaml:1:8: color: is no color ("grey"); allowed green, blue; did you mean green?'],
        ),
        ("data: {}", ["x.yaml:1:7: data.size: is required; allowed a whole number; or max"]),
        ("color: 1", ["x.yaml:1:8: color: is no color (1); allowed green, blue"]),
        ("values: {a: {b: [1, {c: ~}]}, d: ~}", []),
        ("limit: none\neither: {name: ab}\nweights:", []),
    ],
)
def test_nested_sections_lists_and_alternatives_have_messages_too(
    text: str, expected: list[str]
) -> None:
    assert lines(text) == expected


def test_null_is_kept_in_free_form_values_and_resets_elsewhere() -> None:
    text = "values: {a: ~, b: {c: ~}}\nweights: {a: ~, b: 2}\npools:\nby_name: {x: ~}"
    assert prepared(written(text).settings, SPEC) == {
        "values": {"a": None, "b": {"c": None}},
        "weights": {"b": 2},
        "by_name": {},
    }
