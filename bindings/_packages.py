"""The Python half: parent packages of the providers that import a submodule on first use."""

import importlib
import os
import sys
from collections.abc import MutableMapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pkgutil import extend_path
from types import ModuleType

PREFIX = "cdktf_cdktf_provider_"


class LazyPackageFinder:
    """Finds the parent package of a provider and gives it a `LazyPackageLoader`.

    Everything else, the submodules of a provider included, is left to the finders that follow.
    """

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns the standard spec of a provider's parent package with the loader replaced."""
        if path is not None or not fullname.startswith(PREFIX):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader:
            return None
        spec.loader = LazyPackageLoader(fullname, spec.loader.path)
        return spec


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


def install() -> None:
    """Puts the finder before all others, once."""
    if LazyPackageFinder not in sys.meta_path:
        sys.meta_path.insert(0, LazyPackageFinder)


def imported_whole() -> list[str]:
    """Returns the provider packages that were imported before the finder was there."""
    return [
        name
        for name, module in sys.modules.items()
        if name.startswith(PREFIX)
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
