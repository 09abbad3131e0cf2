"""The JSON Schema: current, named by every environment file, and as strict as the model."""

import json
from pathlib import Path
from typing import Annotated, Any

import jsonschema
import pytest
import yaml
from pydantic import Field

from config.settings import Settings
from rules.load import EXAMPLES
from tools.docs import schema

FILES = sorted(EXAMPLES.glob("*.yaml"))
VALIDATOR = jsonschema.Draft7Validator(schema.schema())


def refusals(document: Any) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(document)]


def test_the_checked_in_schema_is_current() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), "run: python -m tools.docs"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(schema.schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_environment_file_names_the_schema_and_fits_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    name = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")

    assert (file.parent / name).resolve() == schema.FILE.resolve()
    assert refusals(yaml.safe_load(text)) == []


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"nmae": "dev"}, "$"),
        ({"name": "Dev"}, "$.name"),
        ({"account": 123456789012}, "$.account"),
        ({"region": "eu-west-9"}, "$.region"),
        ({"tags": {"a*": "x"}}, "$.tags"),
        ({"tags": {"a": 1}}, "$.tags.a"),
        ({"admins": []}, "$.admins"),
        ({"network": {"nats": 1}}, "$.network"),
        ({"network": {"nat": "two"}}, "$.network"),
        ({"network": {"availability_zones": ["a", "g"]}}, "$.network"),
        ({"network": {"private_subnets": {"cidrs": {"g": "10.0.0.0/24"}}}}, "$.network"),
        ({"state": {"access_log_days": 0}}, "$.state"),
    ],
)
def test_wrong_settings_are_marked(document: Any, path: str) -> None:
    assert [found.startswith(path) for found in refusals(document)] == [True]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"extends": "base.yaml"},
        {"network": None, "tags": {"team": None}, "admins": None, "region": None},
        {"network": {"flow_logs": None, "nat": None, "private_subnets": {"cidrs": {"a": None}}}},
    ],
)
def test_a_part_of_an_environment_is_no_mistake(document: Any) -> None:
    assert refusals(document) == []


def settings_of(part: dict[str, Any]) -> list[dict[str, Any]]:
    return list(part.get("properties", {}).values())


def test_every_setting_has_help() -> None:
    whole = schema.schema()
    parts = [whole, *whole["$defs"].values()]

    assert all(part["description"] and part["additionalProperties"] is False for part in parts)
    settings = [setting for part in parts for setting in settings_of(part)]
    assert len(settings) > 20
    assert [s["title"] for s in settings if not s["description"] or "\n" in s["description"]] == []


def test_the_help_says_what_is_allowed() -> None:
    whole = schema.schema()

    assert whole["properties"]["account"]["description"] == (
        "The AWS account. Terraform refuses to run with credentials of another account. "
        "Allowed: 12 digits in quotes."
    )


# ruff: noqa: RUF012 (pydantic copies mutable defaults)
class Rule(Settings):
    """One rule."""

    port: int
    """The port."""


class Firewall(Settings):
    """Rules."""

    rules: list[Rule] = []
    """The rules."""

    named: dict[str, Rule] = {}
    """Rules with names."""


class Main(Settings):
    """Everything."""

    firewall: Annotated[Firewall, Field()]
    """The firewall."""


def test_what_a_list_entry_requires_cannot_be_inherited() -> None:
    class OnlyList(Settings):
        """A list."""

        rules: list[Rule] = []
        """The rules."""

    entries, mapped = schema.schema(OnlyList), schema.schema(Main)

    assert entries["$defs"]["Rule"]["required"] == ["port"]
    assert "required" not in mapped["$defs"]["Rule"]
    assert "required" not in mapped
    assert "required" not in mapped["$defs"]["Firewall"]


def test_the_schema_is_plain_json_in_a_stable_order() -> None:
    assert json.loads(schema.text()) == schema.schema()
    assert schema.text() == schema.text()
