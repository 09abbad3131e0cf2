"""The words of the page, the same in each form."""

from collections.abc import Iterator, Sequence
from typing import Final

from runner.plan_page.model import DELETING, Action, Attribute, Change, StackPage

WORDS: Final[dict[Action, str]] = {
    "destroy": "destroyed",
    "replace": "replaced",
    "update": "changed",
    "create": "made",
    "forget": "forgotten",
    "keep": "moved or imported",
}

SIGNS: Final[dict[Action, str]] = {
    "destroy": "-",
    "replace": "-/+",
    "update": "~",
    "create": "+",
    "forget": "x",
    "keep": "=",
}
"""As Terraform writes them."""

TO: Final[dict[Action, str]] = {
    "destroy": "to destroy",
    "replace": "to replace",
    "update": "to change",
    "create": "to make",
    "forget": "to forget",
    "keep": "to move or import",
}

MOST_NAMES: Final = 20
"""Names of resources that are made, in a stack. JSON and Markdown have all of them."""

NO_CHANGES: Final = "no changes"
NO_DRIFT: Final = "no drift"


def totals(pages: Sequence[StackPage]) -> dict[Action, int]:
    """How many resources of all stacks have each action, without those that none has."""
    found: dict[Action, int] = {}
    for action in TO:
        if number := sum(page.counts.get(action, 0) for page in pages):
            found[action] = number
    return found


def made(changes: Sequence[Change]) -> Iterator[str]:
    """What is made: names, or numbers only where there are too many for one page."""
    found = by_type(changes)
    if len(changes) <= MOST_NAMES:
        yield from (f"{type_}: {', '.join(names)}" for type_, names in found.items())
    else:
        yield ", ".join(f"{len(names)} {type_}" for type_, names in found.items())


def counts(pages: Sequence[StackPage]) -> str:
    """How many resources are destroyed, replaced and so on."""
    total = totals(pages)
    return ", ".join(f"{number} {TO[action]}" for action, number in total.items())


def summary(page: StackPage) -> str:
    """A stack in a line."""
    text = counts([page])
    if page.outputs:
        text += f"{', ' if text else ''}{_number(len(page.outputs), 'output')} changed"
    if page.status == "planned":
        return text or NO_CHANGES
    return "; ".join(each for each in (page.status, text, page.note) if each)


def drift_counts(pages: Sequence[StackPage]) -> str:
    """How many resources were changed outside Terraform."""
    number = sum(len(page.outside) for page in pages)
    return f"{_resources(number)} changed outside Terraform" if number else NO_DRIFT


def drift_summary(page: StackPage) -> str:
    """The drift of a stack in a line."""
    if page.status != "planned":
        status = "not compared" if page.has_resources is not False else "not applied"
        return f"{status}; {page.note}"
    text = f"{_resources(len(page.outside))} changed" if page.outside else NO_DRIFT
    if page.by_itself:
        text += f"; {page.by_itself} attributes differ that no setting gives, or that are ignored"
    return f"{text}; {page.note}" if page.note else text


def fate(change: Change) -> str:
    """What happens to a resource, and why."""
    word = WORDS[change.action]
    if change.action == "replace":
        word += ": the new one is made first" if change.new_first else ": destroyed, then made anew"
    elif change.action == "forget":
        word += ": it leaves the state and stays where it is"
    if change.former_address:
        word += f" (was {change.former_address})"
    if change.imported:
        word += f" (import of {change.imported})"
    return f"{word}; {change.reason}" if change.reason else word


def values(attribute: Attribute) -> str:
    """The two values of an attribute, or nothing where it has a diff."""
    forces = " forces it" if attribute.forces_replacement else ""
    if attribute.diff:
        return f"{attribute.path}{forces}:"
    return f"{attribute.path}{forces}: {attribute.before} → {attribute.after}"


def origins(settings: Sequence[str], because: Sequence[str] = ()) -> Iterator[str]:
    """Where a change comes from."""
    if because:
        yield f"from {', '.join(because)}"
    if settings:
        yield f"set at {', '.join(settings)}"


def by_type(changes: Sequence[Change]) -> dict[str, list[str]]:
    """Names of resources by type."""
    found: dict[str, list[str]] = {}
    for each in changes:
        found.setdefault(each.type, []).append(each.address.removeprefix(f"{each.type}."))
    return found


def deleting(pages: Sequence[StackPage]) -> list[str]:
    """What `--no-deletes` finds: what is destroyed or replaced, and stacks that are not known."""
    found: list[str] = []
    for page in pages:
        if page.status != "planned" and page.may_delete:
            found.append(f"{page.name}: {page.status}, so that nothing is known of it")
        found += [f"{page.name}: {each.address} {fate(each)}" for each in page.of(*DELETING)]
    return found


def _resources(number: int) -> str:
    return _number(number, "resource")


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
