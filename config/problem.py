"""A mistake in an environment file, before it has a place in the text."""

from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file to a value."""


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""Stands for "no value was given" where None would be a value."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value.

    Attributes:
        path: where the value stands.
        message: what is wrong, as the end of a sentence that begins with the path.
        value: what was given; MISSING when nothing was.
        allowed: what would be right, in words; empty when the message says it.
        suggestion: the nearest right value; empty when there is none.
        involved: other settings that take part in it, the most telling first. Where the file does
            not say the setting itself, the problem stands at one of these that it says.
    """

    path: Path
    message: str
    value: object = MISSING
    allowed: str = ""
    suggestion: str = ""
    involved: tuple[Path, ...] = ()
