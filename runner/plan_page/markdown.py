"""The page as Markdown, for a comment on a pull request."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from runner.plan_page import words
from runner.plan_page.model import DELETING, Action, Attribute, Change, StackPage

LONGEST: Final = 60_000
"""Characters. GitHub refuses a comment of more than 65,536, GitLab one of more than a million."""

CUT: Final = (
    "\n\nThe rest is left out here: it is too long for a comment. `--json` has all of it.\n"
)

_TABLE: Final[tuple[Action, ...]] = ("create", "update", "replace", "destroy")


def plan_markdown(title: str, pages: Sequence[StackPage]) -> str:
    """The page of a plan."""
    return _cut([*_plan_blocks(title, pages)])


def drift_markdown(title: str, pages: Sequence[StackPage]) -> str:
    """The page of what was changed outside Terraform."""
    blocks = [f"### {_text(title)}: {words.drift_counts(pages)}"]
    rows = [f"| `{page.name}` | {_text(words.drift_summary(page))} |" for page in pages]
    blocks.append("\n".join(["| Stack | |", "| --- | --- |", *rows]))
    return _cut([*blocks, *_outside(pages)])


def _plan_blocks(title: str, pages: Sequence[StackPage]) -> Iterator[str]:
    yield f"### {_text(title)}: {words.counts(pages) or words.NO_CHANGES}"
    yield _table(pages)
    deleted = [*_changes(pages, DELETING)]
    if deleted:
        yield "#### Destroyed and replaced"
        yield from deleted
    yield from _details("Forgotten, moved, imported", _changes(pages, ("forget", "keep")))
    yield from _details("Changed", _changes(pages, ("update",)))
    yield from _details("Made", _made(pages))
    yield from _details("Outputs that change", _outputs(pages))
    yield from _outside(pages)


def _table(pages: Sequence[StackPage]) -> str:
    heads = [words.TO[action].capitalize() for action in _TABLE]
    rows = [f"| Stack | {' | '.join(heads)} | |", f"| --- |{' ---: |' * len(heads)} --- |"]
    for page in pages:
        numbers = " | ".join(str(page.counts.get(action, 0) or "") for action in _TABLE)
        remark = "" if page.status == "planned" else f"{page.status}: {page.note}"
        rows.append(f"| `{page.name}` | {numbers} | {_text(remark)} |")
    return "\n".join(rows)


def _changes(pages: Sequence[StackPage], actions: Sequence[Action]) -> Iterator[str]:
    for page in pages:
        for change in page.of(*actions):
            yield _change(page, change)


def _change(page: StackPage, change: Change) -> str:
    lines = [f"- {_code(change.address)} of `{page.name}` is **{_text(words.fate(change))}**"]
    lines += [f"  - {_text(each)}" for each in words.origins(change.settings)]
    for attribute in change.attributes:
        lines += _attribute(attribute)
    return "\n".join(lines)


def _attribute(attribute: Attribute) -> Iterator[str]:
    name = f"{_code(attribute.path)}{' **forces it**' if attribute.forces_replacement else ''}"
    if attribute.diff:
        fence = _fence(attribute.diff)
        yield f"  - {name}:\n"
        yield from (f"    {line}" for line in (f"{fence}diff", *attribute.diff.splitlines(), fence))
        yield ""
    else:
        yield f"  - {name}: {_code(attribute.before)} → {_code(attribute.after)}"
    for each in words.origins(attribute.settings, attribute.because):
        yield f"    - {_text(each)}"


def _made(pages: Sequence[StackPage]) -> Iterator[str]:
    for page in pages:
        found = page.of("create")
        if found:
            mark = "" if page.status == "planned" else f" ({page.status})"
            lines = [f"- `{page.name}`: {len(found)}{mark}"]
            for type_, names in words.by_type(found).items():
                lines.append(f"  - {_code(type_)}: {', '.join(map(_code, names))}")
            yield "\n".join(lines)


def _outputs(pages: Sequence[StackPage]) -> Iterator[str]:
    for page in pages:
        if page.outputs:
            yield f"- `{page.name}`: {', '.join(map(_code, page.outputs))}"


def _outside(pages: Sequence[StackPage]) -> Iterator[str]:
    found = [_change(page, change) for page in pages for change in page.outside]
    if found:
        yield "#### Changed outside Terraform"
        yield from found


def _details(heading: str, blocks: Iterable[str]) -> Iterator[str]:
    found = [*blocks]
    if found:
        yield f"<details><summary>{heading}</summary>"
        yield from found
        yield "</details>"


def _cut(blocks: Sequence[str]) -> str:
    """As many whole blocks as fit, so that no fence and no list is cut in two."""
    text, is_open = "", False
    for block in blocks:
        if len(text) + len(block) > LONGEST - len(CUT):
            return text + ("</details>" if is_open else "") + CUT
        is_open = block.startswith("<details>") or (is_open and block != "</details>")
        text += f"{block}\n\n"
    return text


def _code(text: str) -> str:
    """A text as code, whatever it contains."""
    fence = _fence(text, 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _fence(text: str, shortest: int = 3) -> str:
    """More backticks than the text has in a row."""
    fence = "`" * shortest
    while fence in text:
        fence += "`"
    return fence


def _text(text: str) -> str:
    """A text without the signs that Markdown, HTML and tables read."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("*", "\\*"), ("_", "\\_")):
        text = text.replace(sign, written)
    return " ".join(text.replace("@", "@\u200b").split())
