"""Wrong files and the exact lines that they are answered with.

The cases are in bad_input/*.txt: after `===` what is wrong, after `--- <file>` a file, after
`--- load` what is loaded (dev.yaml if not said), after `--- errors` every line of the answer.
Each case can extend good.yaml, which has everything but a name. `<settings>` in an answer stands
for the settings of the top level, so that a new section changes no case.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from config.environment import Environment
from support.environment_files import Project


class Case(NamedTuple):
    name: str
    files: dict[str, str]
    loaded: list[str]
    errors: list[str]


def cases_of(file: Path) -> list[Case]:
    cases: list[Case] = []
    for block in re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, rest = block.partition("\n")
        parts = re.split(r"^--- (.+)\n", rest, flags=re.MULTILINE)[1:]
        files = dict(zip(parts[::2], parts[1::2], strict=True))
        answer = files.pop("errors").replace("<settings>", ", ".join(Environment.model_fields))
        errors = answer.strip().splitlines()
        loads = [part for part in files if part.startswith("load ")]
        for part in loads:
            del files[part]
        loaded = loads[0].split()[1:] if loads else ["dev.yaml"]
        cases.append(Case(name, files, loaded, errors))
    return cases


FILES = sorted((Path(__file__).parent / "bad_input").glob("*.txt"))
CASES = [(file.stem, case) for file in FILES for case in cases_of(file)]


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{stem}: {c.name}") for stem, c in CASES])
def test_a_wrong_file_is_reported_with_exactly_these_lines(project: Project, case: Case) -> None:
    for name, text in case.files.items():
        project.write(name, text)

    assert project.errors(*case.loaded) == case.errors


def test_every_case_is_unique_and_has_errors() -> None:
    assert len({case.name for _, case in CASES}) == len(CASES)
    assert all(case.errors for _, case in CASES)
