"""docs/network-policies.md: current."""

from tools.docs.network_policies_page import FILE, text


def test_the_checked_in_page_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m tools.docs"
