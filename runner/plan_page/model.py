"""What a page says. Nothing in it is sensitive: values are masked before they come here."""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import TypeAdapter

Action = Literal["destroy", "replace", "update", "create", "forget", "keep"]
"""What happens to a resource. `forget`: it leaves the state and stays where it is. `keep`: it only
comes into the state (import), or changes its address."""

Status = Literal["planned", "from the JSON, not planned", "failed", "not planned"]

DELETING: Final[tuple[Action, ...]] = ("destroy", "replace")


@dataclass(frozen=True)
class Attribute:
    """An argument or attribute whose value changes.

    Attributes:
        path: its path in the resource, for example `vpc_config[0].subnet_ids`.
        before, after: its values as text; both empty where `diff` shows them.
        diff: a unified diff of a long text.
        forces_replacement: whether Terraform can change it only with a new resource.
        because: where its new value comes from: addresses that are made anew, outputs of other
            stacks.
        settings: the settings that cause it, as `FILE:LINE setting`.
    """

    path: str
    before: str = ""
    after: str = ""
    diff: str = ""
    forces_replacement: bool = False
    because: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What happens to one resource.

    Attributes:
        new_first: of a replacement: whether the new resource is made before the old one ends.
        reason: why Terraform does it, in words; empty where the attributes say it.
        settings: the settings that cause it as a whole.
        former_address: its address before a move.
        imported: the id of an existing resource that comes into the state.
    """

    address: str
    action: Action
    new_first: bool = False
    reason: str = ""
    attributes: tuple[Attribute, ...] = ()
    settings: tuple[str, ...] = ()
    former_address: str = ""
    imported: str = ""

    @property
    def type(self) -> str:
        """The resource's type."""
        return self.address.rpartition("module.")[2].split(".")[0]


@dataclass(frozen=True)
class StackPage:
    """What a page says of one stack.

    Attributes:
        name: `<environment>-<short name>`.
        note: why it was not planned.
        has_resources: whether its state has resources; None where that is not known.
        changes: what an apply would do; destroyed and replaced first.
        outputs: names of the outputs that change.
        outside: what was changed outside Terraform.
        by_itself: how many attributes changed that no setting gives, or that Terraform ignores.
    """

    name: str
    status: Status
    note: str = ""
    has_resources: bool | None = None
    changes: tuple[Change, ...] = ()
    outputs: tuple[str, ...] = ()
    outside: tuple[Change, ...] = ()
    by_itself: int = 0

    def of(self, *actions: Action) -> list[Change]:
        """The changes with one of these actions."""
        return [each for each in self.changes if each.action in actions]

    @property
    def counts(self) -> dict[Action, int]:
        """How many resources have each action, without those that have none."""
        order: tuple[Action, ...] = (*DELETING, "update", "create", "forget", "keep")
        found: dict[Action, int] = {action: len(self.of(action)) for action in order}
        return {action: number for action, number in found.items() if number}

    @property
    def may_delete(self) -> bool:
        """Whether an apply destroys something, or it is not known that it does not."""
        unknown = self.status != "planned" and self.has_resources is not False
        return unknown or bool(self.of(*DELETING))


_PAGE: Final = TypeAdapter(StackPage)


def to_json(page: StackPage) -> str:
    """A page of a stack as JSON."""
    return _PAGE.dump_json(page).decode()


def from_json(text: str) -> StackPage:
    """Reads what `to_json` wrote."""
    return _PAGE.validate_json(text)


def sorted_changes(changes: list[Change]) -> tuple[Change, ...]:
    """Destroyed ones first, then replaced and changed ones; each by address."""
    order: tuple[Action, ...] = (*DELETING, "forget", "update", "create", "keep")
    return tuple(sorted(changes, key=lambda each: (order.index(each.action), each.address)))
