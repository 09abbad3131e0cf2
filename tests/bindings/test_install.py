"""Installing twice, too late, or not at all."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bindings

RunPython = Callable[..., subprocess.CompletedProcess[str]]

STATE = (
    "import os, sys, typing; "
    "print(os.environ.get('NODE_OPTIONS'), sys.meta_path, typing.get_type_hints)"
)


def test_installing_twice_is_installing_once(run_python: RunPython) -> None:
    program = f"import bindings; bindings.install(); {STATE}; bindings.install(); {STATE}"
    once, twice = run_python("-W", "error", "-c", program).stdout.splitlines()
    assert once == twice
    assert once.count("--require") == 1
    assert once.count("LazyPackageFinder") == 1


def test_switched_off_nothing_changes(run_python: RunPython) -> None:
    program = f"import bindings; {STATE}; bindings.install(); {STATE}"
    before, after = run_python("-c", program, **{bindings.SWITCH: "0"}).stdout.splitlines()
    assert before == after


def test_a_provider_already_imported_stays_whole_and_the_others_become_lazy(
    run_python: RunPython,
) -> None:
    result = run_python(
        "-c",
        "import cdktf_cdktf_provider_helm as helm, bindings, sys\n"
        "bindings.install()\n"
        "import cdktf_cdktf_provider_kubernetes.secret_v1\n"
        "assert 'cdktf_cdktf_provider_kubernetes.pod_v1' not in sys.modules\n"
        "from cdktf import App, TerraformStack\n"
        "stack = TerraformStack(App(), 's')\n"
        "release = helm.release.Release(stack, 'r', name='n', chart='c')\n"
        "print(release.friendly_unique_id)\n",
    )
    assert result.stdout == "r\n"
    assert "LateInstallWarning" in result.stderr
    assert "cdktf_cdktf_provider_helm is already imported" in result.stderr
    assert "jsii has already started Node.js" in result.stderr


def test_too_late_it_warns_once(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import constructs, bindings, warnings\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    bindings.install()\n"
        "    bindings.install()\n"
        "print([(w.category.__name__, w.filename) for w in caught])\n",
    )
    assert result.stdout == "[('LateInstallWarning', '<string>')]\n"


def test_importing_jsii_alone_is_not_too_late(run_python: RunPython) -> None:
    assert run_python("-W", "error", "-c", "import jsii, bindings; bindings.install()").stderr == ""


def test_type_hints_are_remembered_for_generated_stubs_only(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import bindings, typing\n"
        "original = typing.get_type_hints\n"
        "bindings.install()\n"
        "def _typecheckingstub__1(a: 'int', *, b: 'typing.Optional[str]' = None) -> None: ...\n"
        "def other(a: 'int') -> None: ...\n"
        "hints = typing.get_type_hints\n"
        "for stub in (_typecheckingstub__1, other):\n"
        "    print(hints(stub) == original(stub), hints(stub) is hints(stub))\n",
    )
    assert result.stdout.splitlines() == ["True True", "True False"]


@pytest.mark.parametrize("argument", ["cidr_block", "tags"])
def test_arguments_are_still_checked(run_python: RunPython, argument: str) -> None:
    result = run_python(
        "-c",
        "import bindings\n"
        "bindings.install()\n"
        "from cdktf import App, TerraformStack\n"
        "from cdktf_cdktf_provider_aws.vpc import Vpc\n"
        "stack = TerraformStack(App(), 's')\n"
        "for id in ('first', 'second'):\n"
        "    try:\n"
        f"        Vpc(stack, id, {argument}=1)\n"
        "    except TypeError as error:\n"
        "        print(error)\n",
    )
    assert result.stdout.count(f"type of argument {argument} must be") == 2


def test_argument_checks_can_be_left_out_and_node_still_checks(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import bindings\n"
        "bindings.install(check_arguments=False)\n"
        "from cdktf import App, TerraformStack\n"
        "from cdktf_cdktf_provider_aws.vpc import Vpc\n"
        "try:\n"
        "    Vpc(TerraformStack(App(), 's'), 'vpc', cidr_block=1)\n"
        "except RuntimeError as error:\n"
        "    print(error)\n",
    )
    assert "Passed to parameter config" in result.stdout
    assert "cidrBlock" in result.stdout


def test_what_checks_arguments_is_imported_when_it_is_used(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import bindings, sys\n"
        "bindings.install(check_arguments=False)\n"
        "import cdktf_cdktf_provider_aws.vpc\n"
        "print('asyncio' in sys.modules)\n"
        "import typeguard\n"
        "print(callable(typeguard.check_type), 'asyncio' in sys.modules)\n",
    )
    assert result.stdout.splitlines() == ["False", "True True"]


@pytest.mark.parametrize(("check_arguments", "suffix"), [(True, "lazy"), (False, "lazy-unchecked")])
def test_bytecode_is_cached_beside_that_of_python_under_another_name(
    tmp_path: Path, run_python: RunPython, suffix: str, *, check_arguments: bool
) -> None:
    run_python(
        "-c",
        f"import bindings; bindings.install(check_arguments={check_arguments})\n"
        "import cdktf_cdktf_provider_helm.release",
        PYTHONPYCACHEPREFIX=str(tmp_path),
        PYTHONDONTWRITEBYTECODE="",
    )
    (cached,) = tmp_path.rglob("cdktf_cdktf_provider_helm/release/*.pyc")
    assert cached.name == f"__init__.{sys.implementation.cache_tag}.{suffix}.pyc"


def test_annotations_are_text_and_resolve_to_the_published_types(run_python: RunPython) -> None:
    program = (
        "import bindings, typing\n"
        "{install}"
        "from cdktf_cdktf_provider_aws import eip\n"
        "hidden = vars(eip._private).items()\n"
        "stubs = [stub for name, stub in hidden if name.startswith('_typecheckingstub__')]\n"
        "print(type(stubs[0].__annotations__['return']).__name__)\n"
        "print([typing.get_type_hints(s) for s in stubs])"
    )
    lazy = run_python("-c", program.format(install="bindings.install()\n")).stdout.splitlines()
    published = run_python("-c", program.format(install="")).stdout.splitlines()
    assert (lazy[0], published[0]) == ("str", "NoneType")
    assert lazy[1] == published[1]
