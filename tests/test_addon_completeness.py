"""Every add-on is complete; a missing part is named with the file and the line to add."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.addon_settings import AddonSettings, ObjectsSettings
from config.platform import addon_keys
from config.reading.report import ConfigError
from modules.addons import catalog
from modules.addons.catalog import IncompleteAddonError, addons_of, all_addons, namespaces
from modules.helm.contract import Addon
from modules.helm.releases import MissingChartError, pinned_chart
from support.addon_environments import MINORS, VARIANTS, variant
from support.pod_contexts import entries

PROJECT = Path(__file__).parents[1]


def keys() -> list[str]:
    """Keys of add-ons with at least one of: a field of Platform, settings, an add-on."""
    settings = {path.stem for path in PROJECT.glob("config/addons/[a-z]*")}
    addons = {path.parent.name for path in PROJECT.glob("modules/addons/*/addon.py")}
    return sorted({*addon_keys(), *addons, *(key for key in settings if settings_class(key))})


def settings_class(key: str) -> str | None:
    """The name of the class in config/addons with the settings of the add-on."""
    if find_spec(f"config.addons.{key}") is None:
        return None
    module = import_module(f"config.addons.{key}")
    return next(
        (
            name
            for name, value in vars(module).items()
            if isinstance(value, type)
            and issubclass(value, AddonSettings | ObjectsSettings)
            and value.__module__ == module.__name__
        ),
        None,
    )


@cache
def installed() -> set[str] | None:
    """Names of the add-ons in the examples and variants; None while they cannot be loaded."""
    try:
        environments = [variant(name, MINORS[-1]) for name in VARIANTS]
    except (ConfigError, ImportError, LookupError):
        return None
    return {each.name for env in environments for each in all_addons() if each.installed(env)}


def missing_parts(key: str) -> Iterator[str]:
    """What an add-on still needs."""
    class_name = settings_class(key)
    if class_name is None:
        class_name = "".join(word.capitalize() for word in key.split("_")) + "Settings"
        yield f"config/addons/{key}.py: add `class {class_name}(AddonSettings):`"
    if key not in addon_keys():
        yield f"config/platform.py: run `make docs`, which adds {key} to Platform"
    try:
        addons = addons_of(key)
    except IncompleteAddonError as error:
        yield str(error)
        return
    for each in addons:
        if each.settings_field != key:
            yield f'modules/addons/{key}/addon.py: add `setting="{key}"` to {each.name}'
        try:
            if each.chart:
                pinned_chart(each)
        except MissingChartError as error:
            yield str(error)
        if each.workloads and each.name not in entries() and _has_level(each):
            yield (
                f"tests/charts/pod_contexts.yaml: add `{each.name}:` with the security contexts of "
                f"its workloads ({', '.join(workload.name for workload in each.workloads)})"
            )
        names = installed()
        if names is not None and each.name not in names:
            yield (
                f"examples/environments/full.yaml: add `platform: {{{key}: {{enabled: true}}}}`, "
                f"or a variant with {each.name} to tests/support/addon_environments.py"
            )


def _has_level(addon: Addon) -> bool:
    """Whether its namespace enforces a Pod Security level in one of the environments."""
    levels = (namespaces(variant(name, MINORS[-1])) for name in VARIANTS)
    return any(each.get(addon.namespace, "privileged") != "privileged" for each in levels)


@pytest.mark.parametrize("key", keys())
def test_every_add_on_is_complete(key: str) -> None:
    assert not list(missing_parts(key)), "\n".join(missing_parts(key))


def test_a_new_add_on_needs_settings_a_key_and_an_add_on() -> None:
    assert list(missing_parts("example")) == [
        "config/addons/example.py: add `class ExampleSettings(AddonSettings):`",
        "config/platform.py: run `make docs`, which adds example to Platform",
        "platform.example has no add-on: add modules/addons/example/addon.py with "
        "`ADDONS: Final = (Addon(...),)`",
    ]


def test_a_file_without_add_ons_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    addons_of("argo_cd")
    monkeypatch.delattr("modules.addons.argo_cd.addon.ADDONS")
    with pytest.raises(IncompleteAddonError, match=r"^modules/addons/argo_cd/addon\.py defines no"):
        addons_of("argo_cd")


def test_an_import_error_inside_an_add_on_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise ModuleNotFoundError("No module named 'missing'", name="missing")

    monkeypatch.setattr(catalog, "import_module", fail)
    with pytest.raises(ModuleNotFoundError, match="'missing'"):
        addons_of("argo_cd")


def test_a_chart_without_a_version_names_the_rows_to_add() -> None:
    with pytest.raises(MissingChartError) as error:
        pinned_chart(replace(all_addons()[0], name="new", chart="new-chart"))
    assert str(error.value).splitlines()[:3] == [
        "add-on new: chart new-chart is missing in config/versions.yaml; add the rows:",
        "charts:",
        "  new-chart:",
    ]
