"""Waits for facts: how long, and what is printed meanwhile."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

_Found = TypeVar("_Found")

NAMED: Final = 5
"""So many are named in a line of progress."""


@dataclass(frozen=True)
class Waits:
    """How long a destroy waits, in seconds.

    Attributes:
        poll: between two looks.
        report: between two lines of progress while nothing changes.
        applications: for Argo CD to delete what its applications deployed.
        load_balancers: for the controller to delete the load balancers of Services and Ingresses.
        grace: for the pods of a node to end; Karpenter then terminates the machine all the same.
        machines: beyond the grace, for machines to be terminated.
        claims: for the volumes of claims to be deleted.
        sweep: for what AWS refuses to delete while something else still uses it.
    """

    poll: float = 5
    report: float = 30
    applications: float = 300
    load_balancers: float = 600
    grace: float = 600
    machines: float = 600
    claims: float = 300
    sweep: float = 300


def wait_until_none(
    look: Callable[[], Sequence[_Found]],
    what: str,
    seconds: float,
    waits: Waits,
    say: Callable[[str], None],
) -> Sequence[_Found]:
    """Looks until there is nothing left; gives what is left at the end of the time.

    Args:
        look: what there is now.
        what: what is waited for, for the user.
        say: prints a line.
    """
    start = time.monotonic()
    said, last = -1, start
    while True:
        left = look()
        now = time.monotonic()
        if not left:
            if said >= 0:
                say(f"  {what}: none left after {now - start:.0f} s")
            return left
        if now - start >= seconds:
            return left
        if len(left) != said or now - last >= waits.report:
            said, last = len(left), now
            say(
                f"  {what}: {len(left)} left after {now - start:.0f} s of at most "
                f"{seconds:.0f}: {shortened(left)}"
            )
        time.sleep(waits.poll)


def shortened(items: Sequence[object]) -> str:
    """The first few of a list, and how many more there are."""
    more = f" and {len(items) - NAMED} more" if len(items) > NAMED else ""
    return ", ".join(str(each) for each in items[:NAMED]) + more
