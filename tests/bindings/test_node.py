"""What NODE_OPTIONS contains, and how Node.js behaves with it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bindings

RunPython = Callable[..., subprocess.CompletedProcess[str]]

PRINT_OPTIONS = "import os, bindings; bindings.install(); print(os.environ['NODE_OPTIONS'])"


def node(folder: Path, expression: str, **env: str) -> Any:
    result = subprocess.run(
        ["node", "-p", f"JSON.stringify({expression})"],
        cwd=folder,
        env={"PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)


def add_package(folder: Path, name: str, *, lazy: bool) -> None:
    lib = folder / "node_modules" / name / "lib"
    lib.mkdir(parents=True)
    (lib.parent / "package.json").write_text('{"main": "lib/index.js"}')
    (lib / "index.js").write_text("module.exports = 'as published';")
    if lazy:
        (lib / "lazy-index.js").write_text("module.exports = 'lazy';")


@pytest.fixture
def options(run_python: RunPython) -> str:
    return run_python("-c", PRINT_OPTIONS).stdout.strip()


@pytest.mark.parametrize(
    ("package", "has_lazy_index", "expected"),
    [
        ("@cdktf/provider-aws", True, "lazy"),
        ("@cdktf/provider-old", False, "as published"),
        ("@cdktf/other", True, "as published"),
        ("provider-aws", True, "as published"),
    ],
)
def test_only_a_provider_with_a_lazy_index_is_loaded_lazily(
    tmp_path: Path, options: str, package: str, *, has_lazy_index: bool, expected: str
) -> None:
    add_package(tmp_path, package, lazy=has_lazy_index)
    assert node(tmp_path, f"require('{package}')", NODE_OPTIONS=options) == expected


def test_a_child_with_the_switch_off_is_not_affected(tmp_path: Path, options: str) -> None:
    add_package(tmp_path, "@cdktf/provider-aws", lazy=True)
    off = {bindings.SWITCH: "0"}
    expression = "require('@cdktf/provider-aws')"
    assert node(tmp_path, expression, NODE_OPTIONS=options, **off) == "as published"


def test_options_of_the_user_come_first_and_stay(run_python: RunPython) -> None:
    result = run_python("-c", PRINT_OPTIONS, NODE_OPTIONS="--max-old-space-size=4096").stdout
    assert result.startswith("--max-old-space-size=4096 --require ")


@pytest.mark.parametrize("spelling", ["--max-semi-space-size=32", "--max_semi_space_size=32"])
def test_a_size_set_by_the_user_wins(run_python: RunPython, spelling: str) -> None:
    result = run_python("-c", PRINT_OPTIONS, NODE_OPTIONS=spelling).stdout.replace("_", "-")
    assert result.count("--max-semi-space-size") == 1


@pytest.mark.parametrize("folder", ["with some spaces", 'with "quotes"', "with\\backslash"])
def test_the_folder_of_the_package_may_have_any_name(
    tmp_path: Path, run_python: RunPython, folder: str
) -> None:
    copy = tmp_path / folder
    shutil.copytree(Path(bindings.__file__).parent, copy / "bindings")
    options = run_python("-c", PRINT_OPTIONS, PYTHONPATH=str(copy)).stdout.strip()
    add_package(tmp_path, "@cdktf/provider-aws", lazy=True)
    assert folder.replace("\\", "\\\\").replace('"', '\\"') in options
    assert node(tmp_path, "require('@cdktf/provider-aws')", NODE_OPTIONS=options) == "lazy"


BANNER = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"


def test_the_banner_is_silenced_for_the_node_that_runs(tmp_path: Path, options: str) -> None:
    expression = f"[process.env.{BANNER}, process.versions.node.split('.')[0]]"
    silenced, running = node(tmp_path, expression, NODE_OPTIONS=options)
    assert silenced == running


def test_a_user_who_decided_about_the_banner_is_heard(tmp_path: Path, options: str) -> None:
    env = {"NODE_OPTIONS": options, BANNER: "18"}
    assert node(tmp_path, f"process.env.{BANNER}", **env) == "18"


@pytest.mark.parametrize("newline", ["\n", ""])
def test_a_source_map_at_the_end_is_forgotten_and_the_code_is_not(
    tmp_path: Path, options: str, newline: str
) -> None:
    # A function shows the text that Node.js keeps, this comment inside it included.
    code = "function f() {\n//# sourceMappingURL=data:inside\n return 'é'; }\nmodule.exports = f;"
    module = tmp_path / "module.js"
    module.write_text(f"{code}\n//# sourceMappingURL=data:application/json;base64,AAAA{newline}")
    kept = node(tmp_path, "[require('./module')(), `${require('./module')}`]", NODE_OPTIONS=options)
    assert kept == ["é", code.removesuffix("\nmodule.exports = f;")]


def test_node_is_not_given_the_source_map(tmp_path: Path, options: str) -> None:
    (tmp_path / "module.js").write_text("module.exports = 1;\n//# sourceMappingURL=data:AAAA\n")
    (tmp_path / "maps.js").write_text(
        "const session = new (require('inspector').Session)();\n"
        "const maps = {};\n"
        "session.connect();\n"
        "session.on('Debugger.scriptParsed', ({ params }) => {\n"
        "  maps[require('path').basename(params.url)] = params.sourceMapURL;\n"
        "});\n"
        "session.post('Debugger.enable');\n"
        "require('./module');\n"
        "module.exports = maps['module.js'];\n"
    )
    assert node(tmp_path, "require('./maps')") == "data:AAAA"
    assert node(tmp_path, "require('./maps')", NODE_OPTIONS=options) == ""
