"""What the configuration may know of the rest of the project (docs/architecture.md)."""

import ast
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def imported(file: Path) -> set[str]:
    """The top-level packages that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import():
                found |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(module=str(module)):
                found.add(module.partition(".")[0])
            case _:
                pass
    return found


def test_only_rules_look_at_what_is_built_of_the_configuration() -> None:
    files = {file.name for file in (PROJECT / "config").glob("*.py") if "modules" in imported(file)}
    assert {name for name in files if not name.endswith("_rules.py")} == set()


def test_loading_an_environment_needs_no_cdktf() -> None:
    program = (
        "import sys; from config.loader import load; load(); "
        "print(sorted({'cdktf', 'constructs', 'jsii'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
