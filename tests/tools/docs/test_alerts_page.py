"""docs/alerts.md: current, and with a runbook entry for every alert."""

import re

from tools.docs.alerts_page import FILE, page
from tools.docs.runbook import components

PAGE = page()


def test_the_checked_in_page_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == PAGE, "run: python -m tools.docs"


def test_the_runbook_of_every_alert_leads_to_its_heading() -> None:
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)}
    assert {alert.runbook for component in components() for alert in component.alerts} == {
        f"docs/alerts.md#{heading}" for heading in headings
    }


def test_links_within_the_page_have_targets() -> None:
    headings = {heading.lower() for heading in re.findall(r"^#+ (\w+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", PAGE)) <= headings


def test_tables_are_whole() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, flags=re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1, table.splitlines()[0]
