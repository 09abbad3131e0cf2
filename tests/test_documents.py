"""Documents: every link leads somewhere, and every requirement that is met has a test (M13)."""

import re
from pathlib import Path

import pytest

from rules.load import load
from stacks.app import ACCOUNT, STACKS

PROJECT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    file
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "examples/**/*.md",
        "environments/*.md",
        "tools/**/*.md",
    )
    for file in PROJECT.glob(pattern)
)


def anchors(text: str) -> set[str]:
    """Anchors of headings, as GitHub makes them."""
    headings = re.findall(
        r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE
    )
    plain = (re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_link_has_a_target(file: Path) -> None:
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken: list[str] = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path) if path else file
        if not target.exists() or (
            anchor and anchor not in anchors(target.read_text(encoding="utf-8"))
        ):
            broken.append(link)
    assert broken == []


def test_every_requirement_that_is_met_is_named_by_a_test() -> None:
    requirements = (PROJECT / "docs" / "requirements.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-M]\d+) \| [^|]* \| (?:met|partly)", requirements, re.MULTILINE)
    assert len(rows) > 50
    tests = "\n".join(file.read_text() for file in (PROJECT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"\b[A-M]\d{1,2}\b", tests))
    named |= {
        f"{letter}{number}"
        for letter, first, last in re.findall(r"\b([A-M])(\d{1,2}) to \1(\d{1,2})\b", tests)
        for number in range(int(first), int(last) + 1)
    }
    assert [id_ for id_ in rows if id_ not in named] == []


def test_the_environment_in_the_readme_is_valid(tmp_path: Path) -> None:
    [example] = re.findall(
        r"```yaml\n# environments/(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL
    )
    name, _, text = example.partition("\n")
    file = tmp_path / name
    file.write_text(text)
    [environment] = load([file])
    assert environment.edge.tls == "terminated"


def test_the_picture_in_the_readme_has_the_stacks_of_the_app() -> None:
    [picture] = re.findall(r"```mermaid\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    assert set(re.findall(r'"prod-(\w+)', picture)) == {*STACKS, ACCOUNT}
