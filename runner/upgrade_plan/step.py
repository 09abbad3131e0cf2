"""One step of an upgrade."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.upgrade_plan.changes import ChangedResource
from runner.upgrade_plan.moved import Moved


@dataclass(frozen=True)
class UpgradeStep:
    """One step.

    Attributes:
        name: a word for it.
        does: what it does.
        settings: what is set in the file of the environment, by path.
        stack: the stack that is applied; empty for none.
        command: what to run; empty where there is nothing to run.
        versions: what gets another version, and what keeps its own.
        changes: the resources that Terraform changes.
        succeeded: how to see that it succeeded.
        notes: what else to know.
        done: whether it is done already.
    """

    name: str
    does: str
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    stack: str = ""
    command: str = ""
    versions: tuple[Moved, ...] = ()
    changes: tuple[ChangedResource, ...] = ()
    succeeded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    done: bool = False
