"""CDKTF's successor, cdktn: the same sources give the same output, as fast (M11)."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from bindings._product import CDKTF, CDKTN, VARIABLE
from rules.load import EXAMPLES, environments, load
from tools.bench import Run, measure

pytestmark = pytest.mark.successor

PROJECT: Final = Path(__file__).parents[2]
PACKAGES: Final = PROJECT / ".successor"

SLOWER: Final = 1.5
"""How many times the CPU time of CDKTF a synth may take: without laziness it is ten times."""

MOST_MB: Final = 200
"""The limit of `make bench`, with CDKTF."""


def variables(product: str) -> dict[str, str]:
    path = [str(PACKAGES)] if product == CDKTN else []
    return {VARIABLE: product, "PYTHONPATH": os.pathsep.join(path), "ENV": ""}


@cache
def version(package: str) -> str:
    """The version in an installed package's metadata."""
    code = f"from importlib.metadata import version; print(version('{package}'))"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | variables(CDKTN),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@cache
def files_of_examples() -> list[str]:
    """All examples but those with a chart that `make fetch-charts` makes, which needs a network."""
    return [
        str(file)
        for file in environments(EXAMPLES)
        if not any(each.platform.ingress.gateway_api.enabled for each in load([file]))
    ]


def synthesized(product: str, folder: Path) -> dict[str, bytes]:
    """Every file that main.py writes for all examples, by its path."""
    done = subprocess.run(
        [sys.executable, "main.py", *files_of_examples()],
        cwd=PROJECT,
        env=os.environ | variables(product) | {"CDKTF_OUTDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(files)}


def test_every_example_gives_the_same_json_but_for_the_version_of_the_packages(
    tmp_path: Path,
) -> None:
    ours = synthesized(CDKTF, tmp_path / CDKTF)
    successor = synthesized(CDKTN, tmp_path / CDKTN)
    assert len(ours) > 140
    assert successor.keys() == ours.keys()
    replaced = {version("cdktf"): version("cdktn")}
    assert replaced == {"0.21.0": "0.23.4"}
    for path in ours:
        if path.endswith(".json"):
            expected = json.loads(ours[path])
            _replace_version(path, expected, replaced)
            assert json.loads(successor[path]) == expected, path
        else:
            assert successor[path] == ours[path], path


def _replace_version(path: str, document: dict[str, Any], replaced: Mapping[str, str]) -> None:
    """Writes the successor's version where the JSON names that of CDKTF: there, and only there."""
    if path == "manifest.json":
        document["version"] = replaced[document["version"]]
    elif path.endswith("cdk.tf.json"):
        metadata = document["//"]["metadata"]
        metadata["version"] = replaced[metadata["version"]]


def test_its_packages_are_loaded_lazily_too(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: dict[str, list[Run]] = {CDKTF: [], CDKTN: []}
    for number in range(4):
        for product, of_product in runs.items():
            for name, value in variables(product).items():
                monkeypatch.setenv(name, value)
            run = measure("main.py", "prod")
            if number:
                of_product.append(run)
    ours, successor = (min(runs[product], key=lambda run: run.cpu) for product in (CDKTF, CDKTN))
    print(f"CPU {ours.cpu:.2f} s, {successor.cpu:.2f} s; memory {successor.memory:.0f} MB")
    assert successor.memory <= MOST_MB
    assert successor.cpu <= SLOWER * ours.cpu
