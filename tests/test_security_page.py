"""docs/security.md: each promise names a test that exists, and what it says of examples holds."""

import re
from pathlib import Path

import pytest

from support.hardening import CHECKS, Example
from support.output import Output

PROJECT = Path(__file__).parents[1]
PAGE = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)))
CLAIMS = re.findall(r"^\| \[(\w+)\]\(\S+\) \| .+ \| `(\w+)` \|$", PAGE, flags=re.MULTILINE)


def section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_test_that_holds_a_promise_exists(file: str, name: str) -> None:
    assert f"\ndef {name}(" in (PROJECT / file).read_text(encoding="utf-8")


def test_every_promise_names_a_test() -> None:
    rows = [line for line in section("Promises").splitlines() if line.startswith("| ")]
    promises = [row for row in rows[2:] if "::test_" not in row]
    assert len(rows) > 15
    assert promises == []


@pytest.mark.parametrize(("example", "check"), CLAIMS)
def test_what_the_page_says_of_an_example_holds(output: Output, example: str, check: str) -> None:
    assert CHECKS[check](Example(output, example))


def test_every_claim_is_checked() -> None:
    rows = [line for line in section("What the examples do").splitlines() if line.startswith("| [")]
    assert len(CLAIMS) == len(rows) >= 5


def test_each_question_of_a_review_is_answered() -> None:
    answers = section("Answers for reviewers")
    assert re.findall(r"^\*\*\((\w)\)", answers, flags=re.MULTILINE) == list("abcdef")
