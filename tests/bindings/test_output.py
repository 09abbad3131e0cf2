"""The same program with and without the lazy bindings."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import bindings

HERE = Path(__file__).parent

RunPython = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Outcome:
    files: dict[str, bytes]
    python_modules: list[str]
    node_files: int
    stderr: str


def outcome(run_python: RunPython, folder: Path, *packages: str, switch: str) -> Outcome:
    result = run_python(
        str(HERE / "sample_program.py"),
        *packages,
        CDKTF_OUTDIR=str(folder / "out"),
        NODE_OPTIONS=f'--require "{(HERE / "node_probe.cjs").as_posix()}"',
        NODE_PROBE=str(folder / "node-files"),
        **{bindings.SWITCH: switch},
    )
    out = folder / "out"
    return Outcome(
        files={str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()},
        python_modules=json.loads(result.stdout),
        node_files=int((folder / "node-files").read_text()),
        stderr=result.stderr,
    )


@pytest.fixture(scope="module")
def published(run_python: RunPython, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return outcome(run_python, tmp_path_factory.mktemp("published"), switch="0")


@pytest.fixture(scope="module")
def lazy(run_python: RunPython, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return outcome(run_python, tmp_path_factory.mktemp("lazy"), switch="1")


def test_the_output_is_byte_identical(published: Outcome, lazy: Outcome) -> None:
    assert lazy.files == published.files


def test_it_is_so_when_python_does_not_wait_for_node(
    published: Outcome, run_python: RunPython, tmp_path: Path
) -> None:
    started = outcome(run_python, tmp_path, "cdktf_cdktf_provider_aws", switch="1")
    assert (started.files, started.stderr) == (published.files, "")


def test_the_sample_exercises_references_structs_and_aspects(lazy: Outcome) -> None:
    stack = json.loads(lazy.files["stacks/sample/cdk.tf.json"])
    assert {name.partition("_")[0] for name in stack["resource"]} == {"aws", "helm", "kubernetes"}
    assert {subnet["tags"]["tier"] for subnet in stack["resource"]["aws_subnet"].values()} == {
        "private"
    }
    (condition,) = stack["data"]["aws_iam_policy_document"]["document"]["statement"][0]["condition"]
    assert condition["values"] == ["b"]
    assert stack["output"]["authority"]["value"].startswith("${aws_eks_cluster.cluster.")


def test_the_sample_exercises_every_type_of_token(lazy: Outcome) -> None:
    stack = json.loads(lazy.files["stacks/sample/cdk.tf.json"])
    assert stack["output"]["tokens"]["value"] == {
        "number": "${var.number}",
        "inside": "${var.text} and ${var.number} times ${other}",
        "list": "${var.texts}",
        "numbers": "${var.texts}",
        "map": "${var.text}",
        "${var.text}": "of a key",
        "nested": [["${var.text}", True], {"empty": {}, "list": []}],
        "resembling": ["1.5e+298", 1.5e298, "e-1", "TfToken", "TfToken[0]", -1, 0.5, ""],
    }


def test_python_imports_only_the_modules_that_the_program_names(lazy: Outcome) -> None:
    submodules = {name.split(".")[1] for name in lazy.python_modules if "." in name}
    assert submodules == {
        "_jsii",
        "data_aws_iam_policy_document",
        "eks_cluster",
        "iam_policy",
        "namespace_v1",
        "provider",
        "release",
        "subnet",
        "vpc",
    }


def test_node_loads_only_the_files_that_the_program_needs(lazy: Outcome) -> None:
    assert lazy.node_files < 50


def test_switched_off_everything_is_loaded_as_published(published: Outcome) -> None:
    assert len(published.python_modules) > 2000
    assert published.node_files > 2000


def test_nothing_is_printed_about_an_old_node(lazy: Outcome) -> None:
    assert lazy.stderr == ""
