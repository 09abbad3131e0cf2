"""Reads the changes of one stack from the JSON of its plan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as File
from typing import Any, Final

import yaml

from runner.plan_page.configuration import Configuration, remote_output
from runner.plan_page.model import Action, Attribute, Change, StackPage, sorted_changes
from runner.plan_page.texts import text_diff
from runner.plan_page.values import (
    UNKNOWN,
    Difference,
    Marks,
    Path,
    differences,
    path_text,
    shown,
)

_REASONS: Final[dict[str, str]] = yaml.safe_load(
    (File(__file__).parent / "reasons.yaml").read_text(encoding="utf-8")
)

_ACTIONS: Final[dict[tuple[str, ...], Action]] = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "destroy",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("forget",): "forget",
    ("create", "forget"): "replace",
    ("no-op",): "keep",
}

_MADE_ANEW: Final = ("create", "replace")


def page_of_plan(name: str, plan: Mapping[str, Any]) -> StackPage:
    """What the plan of a stack does.

    Args:
        name: of the stack.
        plan: the answer of `terraform show -json`.
    """
    configuration = Configuration(plan)
    entries = [each for each in plan.get("resource_changes", []) if _is_shown(each)]
    anew = {each["address"] for each in entries if _action(each) in _MADE_ANEW}
    changes = [_change(each, configuration, anew) for each in entries]
    return StackPage(
        name,
        "planned",
        changes=sorted_changes(changes),
        outputs=tuple(
            sorted(
                name
                for name, each in plan.get("output_changes", {}).items()
                if each["actions"] != ["no-op"]
            )
        ),
    )


def attributes_of(
    entry: Mapping[str, Any], configuration: Configuration
) -> Iterator[tuple[Difference, bool]]:
    """Yields what differs in a resource, and whether the configuration gives it."""
    change = entry["change"]
    marks = Marks(
        change.get("after_unknown"), change.get("before_sensitive"), change.get("after_sensitive")
    )
    found = list(differences(change["before"], change["after"], marks))
    has_tags = any(each.path[:1] == ("tags",) for each in found)
    for each in found:
        # What the provider adds to `tags`, its default tags, is in `tags_all` only.
        if each.path[:1] == ("tags_all",):
            if not has_tags:
                yield each, True
        else:
            yield each, configuration.gives(entry["address"], each.path)


def attribute(difference: Difference) -> Attribute:
    """A difference as the page shows it."""
    diff = text_diff(difference.before, difference.after)
    path = path_text(difference.path)
    if diff:
        return Attribute(path, diff=diff)
    return Attribute(path, shown(difference.before), shown(difference.after))


def _is_shown(entry: Mapping[str, Any]) -> bool:
    if entry.get("mode") != "managed":
        return False
    moves = entry.get("previous_address") or entry["change"].get("importing")
    return entry["change"]["actions"] != ["no-op"] or bool(moves)


def _action(entry: Mapping[str, Any]) -> Action:
    return _ACTIONS[tuple(entry["change"]["actions"])]


def _change(entry: Mapping[str, Any], configuration: Configuration, anew: set[str]) -> Change:
    address, change = entry["address"], entry["change"]
    action = _action(entry)
    attributes: Sequence[Attribute] = ()
    if action in ("update", "replace"):
        attributes = _attributes(entry, configuration, anew)
    reason: str = entry.get("action_reason") or ""
    return Change(
        address,
        action,
        new_first=action == "replace" and change["actions"][0] == "create",
        reason=_REASONS.get(reason, reason),
        attributes=tuple(attributes),
        former_address=entry.get("previous_address", ""),
        imported=(change.get("importing") or {}).get("id", ""),
    )


def _attributes(
    entry: Mapping[str, Any], configuration: Configuration, anew: set[str]
) -> list[Attribute]:
    """The attributes of a change: those that force a replacement first, none that AWS computes."""
    address = entry["address"]
    forcing = [tuple(path) for path in entry["change"].get("replace_paths", [])]
    found: list[Attribute] = []
    for difference, is_given in attributes_of(entry, configuration):
        forces = any(_overlap(path, difference.path) for path in forcing)
        if not (is_given or forces or _was_said(entry["type"], difference)):
            continue
        found.append(
            replace(
                attribute(difference),
                forces_replacement=forces,
                because=_because(configuration.references(address, difference.path), anew),
            )
        )
    return sorted(found, key=lambda each: not each.forces_replacement)


def _was_said(type_: str, difference: Difference) -> bool:
    """Whether a value that the configuration does not give may have been in it before."""
    return type_ != _HELM and difference.after is not UNKNOWN and bool(difference.before)


_HELM: Final = "helm_release"
"""Its computed `metadata` and `manifest` repeat the values, long as they are."""


def _because(references: Sequence[str], anew: set[str]) -> tuple[str, ...]:
    """What of the things that a value refers to may have changed it."""
    found = [each for each in references if each in anew]
    found += [output for each in references if (output := remote_output(each))]
    return tuple(dict.fromkeys(found))


def _overlap(one: Path, other: Path) -> bool:
    """Whether one path leads to the other, or beyond it."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]
