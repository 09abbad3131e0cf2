"""Pages of examples for tests, and their HTML as a reader has it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from runner.manifest import by_environment, read_manifest
from runner.page.difference import difference
from runner.page.document import html
from runner.page.facts import Facts
from support.bills import DAY
from support.environments import example
from support.output import Output

VOID: Final = frozenset({"meta", "link", "br", "wbr", "rect", "line"})


def facts_of(output: Output, name: str) -> Facts:
    """What a page says of an example."""
    return Facts(example(name), by_environment(read_manifest(output.path))[name], DAY)


def page_of(output: Output, name: str, against: str = "") -> str:
    """The page of an example, with the difference to another one."""
    facts = facts_of(output, name)
    if not against:
        return html(facts)
    return html(facts, difference(facts_of(output, against), facts, against))


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    content: "list[Element | str]" = field(default_factory=list)

    def all(self, *tags: str) -> "list[Element]":
        """The elements with one of some tags, in their order."""
        found: list[Element] = []
        for each in self.content:
            if isinstance(each, Element):
                if not tags or each.tag in tags:
                    found.append(each)
                found += each.all(*tags)
        return found

    def by_id(self, id_: str) -> "Element":
        """The one element with an id."""
        [found] = [each for each in self.all() if each.attributes.get("id") == id_]
        return found

    @property
    def text(self) -> str:
        """Its text, with single spaces."""
        parts = (each if isinstance(each, str) else each.text for each in self.content)
        return " ".join(" ".join(parts).split())

    def rows(self, number: int = 0) -> list[list[str]]:
        """The cells of a table within it."""
        table = self.all("table")[number]
        return [[cell.text for cell in row.all("th", "td")] for row in table.all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].content.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].content.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> ends <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)


def read_page(text: str) -> Element:
    """The elements of a page; fails where they are not nested."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.root.all()[-1].tag, "no elements"
    return reader.root
