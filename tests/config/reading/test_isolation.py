"""The reader serves any model: what is specific to EKS is passed in."""

import re
from pathlib import Path

from config import reading

ALLOWED = re.compile(r"config\.(problem|settings|reading(\.\w+)?)")


def test_the_reader_imports_nothing_of_the_model() -> None:
    files = list(Path(reading.__path__[0]).glob("*.py"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    imported = {found[1] for line in lines if (found := re.match(r"(?:from|import) (\S+)", line))}
    own = {module for module in imported if (Path(module.split(".")[0]) / "__init__.py").exists()}

    assert "config.problem" in own
    assert all(ALLOWED.fullmatch(module) for module in own), own
