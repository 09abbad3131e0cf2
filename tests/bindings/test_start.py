"""A program that goes on while Node.js works."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import bindings

RunPython = Callable[..., subprocess.CompletedProcess[str]]

START = "import bindings\nbindings.install()\nbindings.start('cdktf_cdktf_provider_helm')\n"
LOADED = "print('cdktf_cdktf_provider_helm' in __import__('sys').modules)\n"
STACK = (
    "from cdktf import App, TerraformStack\n"
    "from cdktf_cdktf_provider_helm.release import Release\n"
    "stack = TerraformStack(App(), 's')\n"
)


def test_an_error_of_node_is_raised_where_an_answer_is_needed_with_the_line_that_caused_it(
    run_python: RunPython,
) -> None:
    program = (
        START
        + STACK
        + (
            "Release(stack, 'r', name='n', chart='c')\n"
            "Release(stack, 'r', name='n', chart='c')\n"
            "other = Release(stack, 'other', name='n', chart='c')\n"
            "print('goes on')\n"
            "try:\n"
            "    print(other.id)\n"
            "except RuntimeError as error:\n"
            "    print(error, *error.__notes__)\n"
        )
    )
    cause = program.splitlines().index("Release(stack, 'r', name='n', chart='c')") + 2
    assert run_python("-c", program).stdout.splitlines() == [
        "goes on",
        "There is already a Construct with name 'r' in TerraformStack [s]"
        f" It is the answer to a request of line {cause} of <string>.",
    ]


def test_a_program_can_wait_for_all_answers(run_python: RunPython) -> None:
    result = run_python(
        "-c",
        "import bindings\nbindings.wait()\n"
        + START
        + "bindings.wait()\n"
        + STACK
        + "TerraformStack(stack.node.root, 's')\n"
        "try:\n"
        "    bindings.wait()\n"
        "except RuntimeError as error:\n"
        "    print(error)\n"
        "bindings.wait()\n",
    )
    assert result.stdout == "There is already a Construct with name 's' in App\n"


def test_an_error_is_printed_where_no_answer_is_needed_any_more(run_python: RunPython) -> None:
    result = run_python("-c", START + STACK + "TerraformStack(stack.node.root, 's')\n")
    assert "There is already a Construct with name 's' in App" in result.stderr


def test_requests_and_answers_larger_than_a_pipe_are_no_deadlock(
    tmp_path: Path, run_python: RunPython
) -> None:
    # Far more than what pipes hold, in requests of any size and in answers.
    run_python(
        "-c",
        START + STACK + "from cdktf_cdktf_provider_helm.provider import HelmProvider\n"
        "HelmProvider(stack, 'helm')\n"
        "for number in range(1000):\n"
        "    values = ['x' * (number % 10) ** 5]\n"
        "    Release(stack, f'r{number}', name='n', chart='c', values=values)\n"
        "stack.node.root.synth()\n",
        CDKTF_OUTDIR=str(tmp_path),
    )
    assert (tmp_path / "stacks/s/cdk.tf.json").stat().st_size > 10_000_000


def test_switched_off_nothing_is_loaded(run_python: RunPython) -> None:
    assert run_python("-c", START + LOADED).stdout == "True\n"
    assert run_python("-c", START + LOADED, **{bindings.SWITCH: "0"}).stdout == "False\n"


@pytest.mark.parametrize("name", ["cdktf_cdktf_provider_none", "cdktf"])
def test_what_cannot_be_imported_fails_where_it_is_used(run_python: RunPython, name: str) -> None:
    result = run_python(
        "-c",
        "import bindings\n"
        "bindings.install()\n"
        f"bindings.start('{name}')\n"
        "print('started')\n"
        "try:\n"
        f"    import {name}\n"
        "except (ImportError, FileNotFoundError) as error:\n"
        "    print(type(error).__name__)\n",
        JSII_NODE="no-such-node",
    )
    started, error = result.stdout.splitlines()
    assert started == "started"
    assert error in ("ModuleNotFoundError", "FileNotFoundError")
