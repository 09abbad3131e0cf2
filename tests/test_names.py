"""One name for each feature in every layer, and no name for two things."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.environment import Environment
from config.platform import Platform

PROJECT = Path(__file__).parents[1]

OF_ALL_ADDONS = ("charts", "network_policies", "releases")
"""Keys of `platform:` that are no add-on: what all of them have, and releases of one's own."""

PLATFORM = "platform"
"""The one section that has a file above the others, because it is made of the add-ons."""


def stems(folder: str) -> set[str]:
    """The names of the files and folders of a package."""
    found = (PROJECT / folder).iterdir()
    return {path.stem for path in found if path.suffix == ".py" or path.is_dir()} - {
        "__init__",
        "__pycache__",
    }


def sections() -> set[str]:
    """The top-level keys whose settings are a model of their own, or a mapping of such models."""
    return {
        key
        for key, field in Environment.model_fields.items()
        if any(
            isinstance(kind, type) and issubclass(kind, BaseModel)
            for kind in (field.annotation, *getattr(field.annotation, "__args__", ()))
        )
    }


def belongs_to(name: str, keys: set[str]) -> bool:
    return name in keys or any(name.startswith(f"{key}_") for key in keys)


@pytest.mark.parametrize("key", Platform.model_fields)
def test_an_add_on_has_its_key_as_its_name(key: str) -> None:
    assert key in stems("config/addons")
    assert key in OF_ALL_ADDONS or key in stems("modules/addons")


@pytest.mark.parametrize("key", sorted(sections()))
def test_a_section_has_its_key_as_the_name_of_its_file(key: str) -> None:
    assert key in stems("config" if key == PLATFORM else "config/sections")


def test_settings_are_in_files_named_after_a_key() -> None:
    keys, named = set(Platform.model_fields), stems("config/addons")
    assert [name for name in named if not belongs_to(name, keys)] == []
    assert [name for name in stems("config/sections") if not belongs_to(name, sections())] == []


def test_rules_of_an_add_on_are_in_files_named_after_its_key() -> None:
    keys = set(Platform.model_fields)
    assert [name for name in stems("rules/addons") if not belongs_to(name, keys)] == []


def test_rules_of_a_section_are_in_a_folder_or_a_file_named_after_its_key() -> None:
    assert {name for name in stems("rules") if name not in sections()} == {
        *("account", "addons", "capacity"),
        *("between_environments", "expansion", "load", "named_files", "validate"),
        *("duplicates", "inline_secrets", "permissions", "registration"),
    }
    of_the_whole = "environment"
    named = stems("rules/account") - {of_the_whole}
    assert [name for name in named if not belongs_to(name, sections())] == []


def test_no_two_classes_have_one_name() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for package in ("config", "modules", "rules", "stacks", "backend", "runner"):
        for file in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(str(file.relative_to(PROJECT)))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
