"""What the values of a type look like, in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """What the values of a type look like, in words that complete "allowed: ...".

    It is not pydantic's own description, which belongs to the setting and says what it is for.

    Attributes:
        extract: a regular expression that finds the value, as its group, in a longer spelling.
        replacement: what the value is made of, if it is not the group alone.
    """

    description: str
    extract: str = ""
    replacement: str = r"\1"
