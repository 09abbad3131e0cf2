"""What a check found."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

Status = Literal["ok", "warning", "error", "not checked"]

WORKERS: Final = 8

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Finding:
    """One row of the report.

    Attributes:
        subject: what was looked at.
        found: what there is.
        needed: what the environment needs.
        action: what to do; empty where nothing is to be done.
        check: the name of the check.
    """

    status: Status
    subject: str
    found: str
    needed: str = ""
    action: str = ""
    check: str = ""


class NotCheckedError(Exception):
    """AWS did not answer.

    Attributes:
        reason: why.
        action: what to do about it.
        denied: whether the credentials may not ask.
    """

    def __init__(self, reason: str, action: str = "", *, denied: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.action = action
        self.denied = denied

    def finding(self, subject: str) -> Finding:
        """The row that says so."""
        return Finding("not checked", subject, self.reason, action=self.action)


def each(
    items: Iterable[_Item],
    subject: Callable[[_Item], str],
    find: Callable[[_Item], Iterable[Finding]],
) -> Iterator[Finding]:
    """Findings of several items, which are looked at in parallel, in the order of the items."""

    def look(item: _Item) -> list[Finding]:
        try:
            return list(find(item))
        except NotCheckedError as error:
            return [error.finding(subject(item))]

    with ThreadPoolExecutor(WORKERS) as pool:
        for found in pool.map(look, items):
            yield from found
