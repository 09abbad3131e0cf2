"""The page as text, for a terminal of any width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from runner.plan_page import words
from runner.plan_page.model import DELETING, Action, Change, StackPage

_STYLES: dict[Action, str] = {
    "destroy": "red",
    "replace": "red",
    "update": "yellow",
    "create": "green",
    "forget": "yellow",
    "keep": "",
}
_DIFF = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True)
class Line:
    """A line, which may take several of a narrow terminal."""

    indent: int
    text: str
    style: str = ""


def print_lines(lines: Iterator[Line], console: Console) -> None:
    """Prints lines, each continued with the same indent."""
    for line in lines:
        # Most of a narrow terminal is left for the text.
        indent = min(line.indent, console.width // 3)
        text = Text(line.text, style=line.style)
        for part in text.wrap(console, console.width - indent, overflow="fold") or [text]:
            part.rstrip()
            console.print(Text(" " * indent) + part, soft_wrap=True)


def plan_lines(title: str, pages: Sequence[StackPage]) -> Iterator[Line]:
    """The lines of the page of a plan."""
    yield Line(0, "")
    yield Line(0, f"{title}: {words.counts(pages) or words.NO_CHANGES}", "bold")
    for page in pages:
        yield Line(2, f"{page.name}: {words.summary(page)}")
    yield from _group("Destroyed and replaced", pages, DELETING)
    yield from _group("Forgotten, moved, imported", pages, ("forget", "keep"))
    yield from _group("Changed", pages, ("update",))
    yield from _made(pages)
    yield from _outputs(pages)
    if any(page.outside for page in pages):
        yield from outside_lines(pages)


def outside_lines(pages: Sequence[StackPage]) -> Iterator[Line]:
    """The lines of what was changed outside Terraform."""
    yield from _heading("Changed outside Terraform")
    for page in pages:
        for change in page.outside:
            yield from _change(page, change)


def drift_lines(title: str, pages: Sequence[StackPage]) -> Iterator[Line]:
    """The lines of the page of `drift`."""
    yield Line(0, "")
    yield Line(0, f"{title}: {words.drift_counts(pages)}", "bold")
    for page in pages:
        yield Line(2, f"{page.name}: {words.drift_summary(page)}")
    if any(page.outside for page in pages):
        yield from outside_lines(pages)


def _heading(text: str) -> Iterator[Line]:
    yield Line(0, "")
    yield Line(0, text, "bold")


def _group(heading: str, pages: Sequence[StackPage], actions: Sequence[Action]) -> Iterator[Line]:
    found = [(page, change) for page in pages for change in page.of(*actions)]
    if found:
        yield from _heading(heading)
    for page, change in found:
        yield from _change(page, change)


def _change(page: StackPage, change: Change) -> Iterator[Line]:
    sign, style = words.SIGNS[change.action], _STYLES[change.action]
    yield Line(2, f"{sign} {page.name}: {change.address} {words.fate(change)}", style)
    for origin in words.origins(change.settings):
        yield Line(6, origin)
    for attribute in change.attributes:
        yield Line(6, words.values(attribute))
        for line in attribute.diff.splitlines():
            yield Line(8, line, _DIFF.get(line[:1], ""))
        for origin in words.origins(attribute.settings, attribute.because):
            yield Line(8, origin)


def _made(pages: Sequence[StackPage]) -> Iterator[Line]:
    made = [(page, found) for page in pages if (found := page.of("create"))]
    if made:
        yield from _heading("Made")
    for page, found in made:
        mark = "" if page.status == "planned" else f" ({page.status})"
        yield Line(2, f"{page.name}: {len(found)}{mark}", _STYLES["create"])
        for line in words.made(found):
            yield Line(6, line)


def _outputs(pages: Sequence[StackPage]) -> Iterator[Line]:
    changed = [page for page in pages if page.outputs]
    if changed:
        yield from _heading("Outputs that change")
    for page in changed:
        yield Line(2, f"{page.name}: {', '.join(page.outputs)}")
