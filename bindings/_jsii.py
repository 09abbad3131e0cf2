"""Replaces slow functions that every generated module or every call to Node.js uses.

The messages to Node.js stay the same, but for the options that a struct does not have: jsii's
Python sends null for each, its TypeScript does not.
"""

import importlib
import importlib.metadata
import pkgutil
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

_PLAIN = frozenset({str, int, float, bool, type(None)})

_APIS = {"CreateRequest": "create", "GetRequest": "get", "InvokeRequest": "invoke"}
"""The frequent requests."""


def install() -> None:
    """Replaces the functions, once. A jsii without them keeps its own."""
    if hasattr(importlib.metadata.version, "cache_info"):
        return
    # Each generated module reads the version of typeguard from its metadata, in 0.5 to 1 ms.
    importlib.metadata.version = cache(importlib.metadata.version)
    pkgutil.extend_path = _skip_submodules(pkgutil.extend_path)
    kernel: Any = importlib.import_module("jsii._kernel")
    process: Any = importlib.import_module("jsii._kernel.providers.process")
    names = ("ObjRef", "_unstructure_ref", "jdefault", "_NodeProcess", *_APIS)
    if hasattr(kernel, "_make_reference_for_native") and all(hasattr(process, n) for n in names):
        kernel._make_reference_for_native = _make_references(kernel._make_reference_for_native)
        process.jdefault = _write_references(process)
        process._NodeProcess.__init__ = _skip_cattrs(process)


def _skip_submodules(original: Callable[..., Any]) -> Callable[..., Any]:
    """Each generated module looks for more folders of its name, which a package in one has not."""

    def extend_path(path: Any, name: str) -> Any:
        parent = getattr(sys.modules.get(name.rpartition(".")[0]), "__path__", ())
        return path if len(parent) == 1 else original(path, name)

    return extend_path


def _make_references(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Most values are strings and numbers, which jsii compares with a dozen other types first.

    A struct keeps the values that it was given in a dictionary, without the options left out. jsii
    reads each through a property, which puts a type hint together first.
    """

    def make_reference(kernel: Any, value: Any) -> Any:
        if type(value) in _PLAIN:
            return value
        names = getattr(type(value), "__jsii_name_mapping__", None)
        values = getattr(value, "_values", None) if names else None
        # One without values is written out: jsii takes an empty object for no value at all.
        if not names or not values or not names.keys() >= values.keys():
            return original(kernel, value)
        data = {names[name]: make_reference(kernel, each) for name, each in values.items()}
        return {"$jsii.struct": {"fqn": value.__jsii_type__, "data": data}}

    return make_reference


def _write_references(process: Any) -> Callable[[Any], Any]:
    """Has the JSON encoder write references inside arguments, which cattrs would replace."""
    original, reference, write = process.jdefault, process.ObjRef, process._unstructure_ref

    def jdefault(value: Any) -> Any:
        return write(value) if isinstance(value, reference) else original(value)

    return jdefault


def _skip_cattrs(process: Any) -> Callable[[Any], None]:
    """Writes the frequent requests without cattrs, which copies all their arguments once more.

    jsii has already replaced everything in the arguments but references.
    """
    original = process._NodeProcess.__init__

    def init(self: Any) -> None:
        original(self)
        for name, api in _APIS.items():
            request = getattr(process, name)
            hook = _shallow(api, request, self._serializer.unstructure)
            self._serializer.register_unstructure_hook(request, hook)

    return init


def _shallow(
    api: str, request_type: Any, unstructure: Callable[[Any], Any]
) -> Callable[[Any], dict[str, Any]]:
    fields = [attribute.name for attribute in request_type.__attrs_attrs__]

    def message(request: Any) -> dict[str, Any]:
        content = {name: getattr(request, name) for name in fields}
        if content.get("overrides"):
            content["overrides"] = unstructure(content["overrides"])
        return {**content, "api": api}

    return message
