"""A mistake in an environment file, before it has a place in the text."""

from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file to a value."""


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""Means "no value was given" where None would be a value."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value.

    Attributes:
        path: the path of the value.
        message: what is wrong, as the end of a sentence that begins with the path.
        value: the value given; MISSING when none was.
        allowed: the allowed values, in words; empty when the message contains them.
        suggestion: the nearest allowed value; empty when there is none.
        involved: other settings that contribute to the problem, the most relevant first. Where the
            file does not contain the setting itself, the problem is reported at the first of these
            that it contains.
    """

    path: Path
    message: str
    value: object = MISSING
    allowed: str = ""
    suggestion: str = ""
    involved: tuple[Path, ...] = ()
