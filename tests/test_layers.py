"""What loading a configuration loads of the program.

Which package may import which is a contract in pyproject.toml, checked by `make lint`.
"""

import re
import subprocess
import sys
from pathlib import Path

from config.platform import addon_keys
from support.environments import example

PROJECT = Path(__file__).parents[1]


def loaded_with(environments: str) -> set[str]:
    """The Python modules that a process has after it loaded environments."""
    program = (
        "import sys; from rules.load import EXAMPLES, load; "
        f"load([{environments}]); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def imported(file: Path) -> set[str]:
    """The top-level packages and modules that a file imports."""
    text = file.read_text(encoding="utf-8")
    return set(re.findall(r"^ *(?:from|import) (\w+)", text, flags=re.MULTILINE))


def test_main_composes_what_a_synth_needs_and_nothing_builds_upon_it() -> None:
    packages = {file.parent.name for file in PROJECT.glob("*/__init__.py")}
    assert imported(PROJECT / "main.py") & packages == {
        *("bindings", "config", "modules", "rules", "stacks")
    }
    files = [file for package in packages for file in (PROJECT / package).rglob("*.py")]
    assert [file for file in files if "main" in imported(file)] == []


def test_loading_an_environment_needs_no_cdktf() -> None:
    assert {"cdktf", "constructs", "jsii"} & loaded_with("EXAMPLES") == set()


def test_an_add_on_that_is_off_is_not_loaded_with_a_configuration() -> None:
    platform = example("dev").platform
    on = {key for key in addon_keys() if platform.addon(key).enabled}
    assert {"karpenter", "cert_manager"} <= on < set(addon_keys())

    names = loaded_with("'dev'")

    of_addons = {name.split(".")[2] for name in names if name.startswith("modules.addons.")}
    of_rules = {name.split(".")[2] for name in names if name.startswith("rules.addons.")}
    assert (of_addons | of_rules) & set(addon_keys()) <= on
    assert {"karpenter", "cert_manager"} <= of_addons & of_rules
