"""docs/examples.md: current, with what each example is for."""

from rules.load import EXAMPLES, environments
from tools.docs.examples_page import FILE, text


def test_the_checked_in_page_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m tools.docs"


def test_every_example_is_a_page_short_and_no_two_are_for_the_same() -> None:
    rows = [line.split(" | ") for line in text().splitlines() if line.startswith("| [")]
    files = environments(EXAMPLES)
    assert len(rows) == len(files)
    assert len({purpose for _, purpose, _ in rows}) == len(files)
    long = {"full": 160, "gitops": 60, "two-regions": 60}
    for file in files:
        assert len(file.read_text().splitlines()) <= long.get(file.stem, 50), file
