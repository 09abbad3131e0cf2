"""In which order the stand-ins of the providers installed releases."""

from collections.abc import Collection, Mapping
from typing import Any


def out_of_order(
    events: list[dict[str, Any]], requires: Mapping[str, Collection[str]], *, removal: bool = False
) -> list[str]:
    """Says which releases did not wait for what they require.

    Args:
        events: what happened.
        requires: what each release requires, by name.
        removal: whether they went away, in which case what is required has to wait.
    """
    begun, done = ("deleting", "deleted") if removal else ("creating", "created")
    when = {
        (each["event"], each["name"]): number
        for number, each in enumerate(events)
        if each.get("type") == "helm_release"
    }
    found: list[str] = []
    for name, required in requires.items():
        for other in required:
            first, second = (name, other) if removal else (other, name)
            if not when[done, first] < when[begun, second]:
                found.append(f"{second} does not wait for {first}")
    return found
