"""A lazy parent package behaves as the published one does, but for when it imports."""

import ast
import json
import re
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import bindings

RunPython = Callable[..., subprocess.CompletedProcess[str]]

PROVIDERS = [f"cdktf_cdktf_provider_{name}" for name in ("aws", "helm", "kubernetes")]

# One process answers all questions, because each start of Node.js costs a second.
QUESTIONS = """
import bindings, importlib, json, sys
bindings.install()

def error(statement):
    try:
        exec(statement, {})
    except Exception as failure:
        return type(failure).__name__, str(failure)

facts = {}
import cdktf_cdktf_provider_aws as aws
import cdktf_cdktf_provider_helm as helm
import cdktf_cdktf_provider_kubernetes as kubernetes
facts["imported at first"] = [
    name for name in sys.modules
    if name.startswith(aws.__name__ + ".") and not name.endswith("._private")
]

from cdktf_cdktf_provider_aws import vpc
facts["from package import submodule"] = vpc.Vpc.__jsii_type__
facts["package.submodule"] = aws.subnet.Subnet.__jsii_type__
facts["same object"] = aws.vpc is vpc
facts["unknown attribute"] = error("import cdktf_cdktf_provider_aws as aws; aws.vpcs")
facts["unknown name"] = error("from cdktf_cdktf_provider_aws import vpcs")
facts["unknown module"] = error("import cdktf_cdktf_provider_aws.vpcs")

star = {}
exec("from cdktf_cdktf_provider_helm import *", star)
facts["star"] = sorted(set(star) - {"__builtins__"})
facts["dir"] = [name for name in dir(aws) if name in ("__all__", "eks_cluster")]
facts["file"] = aws.__file__
facts["path"] = list(aws.__path__)
facts["origin"] = aws.__spec__.origin
facts["resource"] = importlib.resources.files(aws).joinpath("py.typed").is_file()
facts["all"] = {package.__name__: package.__all__ for package in (aws, helm, kubernetes)}

import jsii
from jsii._kernel.types import ObjRef
from jsii._reference_map import _submodule_fqn_map, resolve_reference
queue = resolve_reference(jsii.kernel, ObjRef("@cdktf/provider-aws.sqsQueue.SqsQueue@10001"))
facts["object of a module never imported"] = type(queue).__module__
facts["modules by namespace"] = dict(_submodule_fqn_map)
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def facts(run_python: RunPython) -> dict[str, Any]:
    return json.loads(run_python("-c", QUESTIONS).stdout)


def source(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def test_the_parent_package_imports_no_submodule_by_itself(facts: dict[str, Any]) -> None:
    assert facts["imported at first"] == ["cdktf_cdktf_provider_aws._jsii"]


def test_submodules_come_by_import_and_by_attribute(facts: dict[str, Any]) -> None:
    assert facts["from package import submodule"] == "@cdktf/provider-aws.vpc.Vpc"
    assert facts["package.submodule"] == "@cdktf/provider-aws.subnet.Subnet"
    assert facts["same object"] is True


@pytest.mark.parametrize(
    ("case", "error", "message"),
    [
        ("unknown attribute", "AttributeError", "has no attribute 'vpcs'"),
        ("unknown name", "ImportError", "cannot import name 'vpcs'"),
        ("unknown module", "ModuleNotFoundError", "No module named"),
    ],
)
def test_what_does_not_exist_fails_as_usual(
    facts: dict[str, Any], case: str, error: str, message: str
) -> None:
    name, text = facts[case]
    assert name == error
    assert message in text


def test_the_package_knows_where_it_is_and_what_it_has(facts: dict[str, Any]) -> None:
    init = source("cdktf_cdktf_provider_aws")
    assert facts["file"] == facts["origin"] == str(init)
    assert facts["path"] == [str(init.parent)]
    assert facts["resource"] is True
    assert facts["dir"] == ["__all__", "eks_cluster"]


def test_a_star_import_still_imports_everything(facts: dict[str, Any]) -> None:
    assert facts["star"] == ["data_helm_template", "provider", "release"]


@pytest.mark.parametrize("package", PROVIDERS)
def test_the_list_of_submodules_is_the_published_one(facts: dict[str, Any], package: str) -> None:
    (published,) = (
        ast.literal_eval(node.value)
        for node in ast.parse(source(package).read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    assert facts["all"][package] == sorted(published)


def test_an_object_of_a_module_never_imported_gets_its_class(facts: dict[str, Any]) -> None:
    assert facts["object of a module never imported"] == "cdktf_cdktf_provider_aws.sqs_queue"


@pytest.mark.parametrize("package", PROVIDERS)
def test_the_namespace_of_every_submodule_is_known(facts: dict[str, Any], package: str) -> None:
    declared = {}
    for file in source(package).parent.glob("[!_]*/__init__.py"):
        match = re.search(rb'jsii_type="(@cdktf/[^"]+)\.[^".]+"', file.read_bytes())
        assert match, file
        declared[match[1].decode()] = f"{package}.{file.parent.name}"
    assert len(declared) >= 3
    assert declared.items() <= facts["modules by namespace"].items()


def test_installing_does_not_import_a_provider(run_python: RunPython) -> None:
    loaded = run_python("-c", "import sys, bindings; bindings.install(); print(*sys.modules)")
    assert not [name for name in loaded.stdout.split() if name.startswith(("jsii", "cdktf"))]


def test_a_package_that_is_no_binding_is_left_alone(run_python: RunPython, tmp_path: Path) -> None:
    package = tmp_path / "cdktf_cdktf_provider_home_made"
    (package / "part").mkdir(parents=True)
    (package / "__init__.py").write_text("greeting = 'hello'\n")
    program = (
        f"import sys, bindings; sys.path.append({str(tmp_path)!r}); bindings.install(); "
        f"import {package.name} as made; print(made.greeting)"
    )
    assert run_python("-c", program).stdout == "hello\n"


def test_the_switch_is_named_in_the_documentation() -> None:
    assert bindings.__doc__ is not None
    assert bindings.SWITCH in bindings.__doc__
