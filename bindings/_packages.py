"""The Python half: parent packages of the providers that import a submodule on first use."""

import __future__

import importlib
import os
import sys
from collections.abc import MutableMapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec, module_from_spec
from pkgutil import extend_path
from types import CodeType, ModuleType
from typing import Any, ClassVar

from bindings import _jsii

PREFIXES = ("cdktf_cdktf_provider_", "cdktn_provider_")

CORE = frozenset({"cdktf", "cdktn", "constructs"})
"""Generated packages that every provider imports. They load whole, but compiled like the others."""


class LazyPackageFinder:
    """Gives a provider's parent package a `LazyPackageLoader`, its modules a `ModuleLoader`.

    Other modules are for the finders that follow.
    """

    def __init__(self, *, check_arguments: bool) -> None:
        self._module_loader = ModuleLoader if check_arguments else UncheckedModuleLoader

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns the standard spec of a provider's package or module with the loader replaced."""
        core = fullname.partition(".")[0] in CORE
        if not core and not fullname.startswith(PREFIXES):
            return None
        _jsii.install()
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader:
            return None
        loader = LazyPackageLoader if path is None and not core else self._module_loader
        spec.loader = loader(fullname, spec.loader.path)
        return spec


class ModuleLoader(SourceFileLoader):
    """Compiles a module as if it began with `from __future__ import annotations`.

    Evaluating the type annotations is half of what importing a generated module takes. jsii asks
    for those that it needs when it checks arguments. The bytecode is cached like any other, under
    a name of its own.
    """

    bytecode_suffix: ClassVar = ".lazy"
    optimize: ClassVar = -1

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:
        flag = __future__.annotations.compiler_flag
        return compile(data, path, "exec", flag, dont_inherit=True, optimize=self.optimize)

    def get_data(self, path: str) -> bytes:
        return super().get_data(self._own(path))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        super().set_data(self._own(path), data, _mode=_mode)

    def _own(self, path: str) -> str:
        stem = path.removesuffix(".pyc")
        return path if stem == path else f"{stem}{self.bytecode_suffix}.pyc"


class UncheckedModuleLoader(ModuleLoader):
    """Compiles a module as `python -OO` does: without argument checks and docstrings."""

    bytecode_suffix: ClassVar = ".lazy-unchecked"
    optimize: ClassVar = 2


class LazyPackageLoader(SourceFileLoader):
    """Loads a provider's parent package without running its `__init__.py`.

    That file imports all submodules. In its place the module gets the `__getattr__` that newer
    versions of jsii generate (aws/jsii pull request 5110). A package or a version of jsii that is
    not what is expected gets its `__init__.py` run as usual.
    """

    def exec_module(self, module: ModuleType) -> None:
        package = module.__name__
        locations = extend_path(module.__path__, package)
        folders = {entry.name for path in locations for entry in os.scandir(path) if entry.is_dir()}
        modules_by_namespace = _modules_by_namespace()
        if modules_by_namespace is None or "_jsii" not in folders:
            super().exec_module(module)
            return

        submodules = sorted(name for name in folders if not name.startswith("_"))
        known = frozenset(submodules)

        def import_submodule(name: str) -> ModuleType:
            if name not in known:
                raise AttributeError(f"module {package!r} has no attribute {name!r}")
            return importlib.import_module(f"{package}.{name}")

        def list_names() -> list[str]:
            return sorted({*vars(module), *submodules})

        module.__path__ = locations
        vars(module).update(__all__=submodules, __getattr__=import_submodule, __dir__=list_names)
        assembly = importlib.import_module(f"{package}._jsii").__jsii_assembly__.name
        modules_by_namespace.update(
            (f"{assembly}.{_camel_case(name)}", f"{package}.{name}") for name in submodules
        )


def install(*, check_arguments: bool) -> None:
    """Puts the finder before all others, once."""
    if any(isinstance(finder, LazyPackageFinder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, LazyPackageFinder(check_arguments=check_arguments))
    if not check_arguments:
        _import_on_use("typeguard")


def _import_on_use(name: str) -> None:
    """Executes a module when one of its attributes is first read.

    Each generated module imports typeguard, which only checks arguments: it imports unittest, and
    with it asyncio and ssl. (The standard LazyLoader executes it as soon as it is imported again.)
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec is None or spec.loader is None:
        return
    loader, module = spec.loader, module_from_spec(spec)

    def execute(attribute: str) -> Any:
        del vars(module)["__getattr__"]
        loader.exec_module(module)
        return getattr(module, attribute)

    vars(module)["__getattr__"] = execute
    sys.modules[name] = module


def imported_whole() -> list[str]:
    """Returns the provider packages that were imported before the finder was there."""
    return [
        name
        for name, module in sys.modules.items()
        if name.startswith(PREFIXES)
        and "." not in name
        and not isinstance(getattr(module.__spec__, "loader", None), LazyPackageLoader)
    ]


def _modules_by_namespace() -> MutableMapping[str, str] | None:
    """Returns jsii's own table from a jsii namespace to the Python module that declares its types.

    jsii looks into it when Node.js hands over an object of a type that Python has not seen. The
    table is private to jsii, and missing before 1.135.
    """
    return getattr(importlib.import_module("jsii._reference_map"), "_submodule_fqn_map", None)


def _camel_case(submodule: str) -> str:
    """Turns `s3_bucket_policy` into `s3BucketPolicy`, undoing what jsii did to name the module."""
    first, *others = submodule.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)
