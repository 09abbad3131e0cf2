"""The pages of the add-ons: current, complete, and with links that lead somewhere."""

import re

from config import versions
from modules.addons.catalog import all_addons
from tools.docs.addon_pages import FOLDER, pages

PAGES = pages()


def test_the_checked_in_pages_are_current() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert found == PAGES, "run: python -m tools.docs"


def test_every_add_on_has_a_complete_page() -> None:
    for addon in all_addons():
        text = PAGES[f"{addon.name}.md"]
        chart = versions.table().charts[addon.chart] if addon.chart else None
        of_chart = (chart.version, chart.repository) if chart else ("none: objects of our own",)
        for fact in (addon.summary, *of_chart, addon.helm.reason):
            assert fact in text, addon.name
        for name in addon.requires:
            assert f"]({name}.md)" in text
        assert f"platform.{addon.settings_field}" in text
        assert f"[{addon.name}]({addon.name}.md)" in PAGES["README.md"]


def test_permissions_are_shown() -> None:
    text = PAGES["aws-load-balancer-controller.md"]
    assert "`elasticloadbalancing:RegisterTargets`" in text
    assert "No additional settings." in PAGES["nginx-ingress.md"]


def test_links_lead_to_pages() -> None:
    for name, text in PAGES.items():
        links = set(re.findall(r"\]\(([^)#]+\.md)\)", text))
        assert [link for link in links if not (FOLDER / link).is_file()] == [], name


def test_tables_have_as_many_cells_as_their_heads() -> None:
    for name, text in PAGES.items():
        for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(widths) == 1, (name, table.splitlines()[0])
