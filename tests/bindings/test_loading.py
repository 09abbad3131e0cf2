"""Packages that load in the background."""

import subprocess
from collections.abc import Callable

import pytest

import bindings

RunPython = Callable[..., subprocess.CompletedProcess[str]]

LOADED = "'cdktf_cdktf_provider_helm' in sys.modules"


def test_packages_are_there_at_the_end_of_the_body(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import bindings, sys\n"
        "bindings.install()\n"
        "interval = sys.getswitchinterval()\n"
        "with bindings.loading('cdktf_cdktf_provider_helm'):\n"
        "    import json\n"
        f"print({LOADED}, sys.getswitchinterval() == interval)\n",
    )
    assert result.stdout == "True True\n"


def test_switched_off_nothing_is_loaded(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import bindings, sys\n"
        "with bindings.loading('cdktf_cdktf_provider_helm'):\n"
        "    pass\n"
        f"print({LOADED})\n",
        **{bindings.SWITCH: "0"},
    )
    assert result.stdout == "False\n"


@pytest.mark.parametrize("name", ["cdktf_cdktf_provider_none", "cdktf"])
def test_what_cannot_be_imported_fails_where_it_is_used(run_python: RunPython, name: str) -> None:
    result = run_python(
        "-c",
        "import bindings\n"
        "bindings.install()\n"
        f"with bindings.loading('{name}'):\n"
        "    print('body')\n"
        "try:\n"
        f"    import {name}\n"
        "except (ImportError, FileNotFoundError) as error:\n"
        "    print(type(error).__name__)\n",
        JSII_NODE="no-such-node",
    )
    body, error = result.stdout.splitlines()
    assert body == "body"
    assert error in ("ModuleNotFoundError", "FileNotFoundError")


def test_an_error_in_the_body_is_raised_and_the_program_ends(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import bindings\n"
        "bindings.install()\n"
        "try:\n"
        "    with bindings.loading('cdktf_cdktf_provider_helm'):\n"
        "        raise ValueError('wrong configuration')\n"
        "except ValueError as error:\n"
        "    print(error)\n",
    )
    assert (result.stdout, result.stderr) == ("wrong configuration\n", "")
