"""docs/hardening.md: current, and the tests that it names exist."""

import ast
from pathlib import Path

from tools.docs.hardening_page import FILE, ROOT, attacks, text


def test_the_checked_in_page_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m tools.docs"


def test_every_closed_finding_names_a_test_that_exists() -> None:
    named = [each.test.split("::") for each in attacks() if each.test]
    missing = [name for file, name in named if name not in _functions(ROOT / file)]
    assert missing == []
    assert len(named) > len(attacks()) / 2


def _functions(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
