"""Locals for values that a stack repeats: documents, ARNs, and outputs of other stacks.

A short value says more where it stands, and a local hides what a reference leads to; so only such
a value becomes a local, and only from the third time on.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final

from runner.eject.expressions import Lines

_OFTEN: Final = 3
_LONG: Final = 4
"""Lines of a value that is worth a local."""

_DEPENDS_ON_PLACE: Final = re.compile(r"\b(each|count|self|path)\.")
"""What means something else, or nothing, in a local."""

_NAME_IN_STATE: Final = re.compile(r"data\.terraform_remote_state\.\w+\.outputs\.(\w+)")
_ARN: Final = re.compile(r'"arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)"')
_CHART: Final = re.compile(r'"\./assets/(\w+)/\w+"')
_NO_WORD: Final = re.compile(r"\W+")


@dataclass
class Repeated:
    """Counts the values of a stack; then says which of them are locals.

    Attributes:
        owner: the name of the resource whose values are being counted.
    """

    owner: str = ""
    _users: dict[tuple[str, ...], list[tuple[str, str]]] = field(
        default_factory=dict[tuple[str, ...], list[tuple[str, str]]]
    )

    def count(self, name: str, lines: Lines) -> Lines:
        """Counts the value of an attribute, which stays where it is."""
        self._users.setdefault(tuple(lines), []).append((self.owner, name))
        return lines

    def locals_(self, taken: Container[str] = ()) -> dict[tuple[str, ...], str]:
        """The names of the locals by their values, sorted by name.

        Args:
            taken: names that the stack has locals of already.
        """
        found: dict[str, tuple[str, ...]] = {}
        for lines, users in self._users.items():
            if len(users) < _OFTEN or any(map(_DEPENDS_ON_PLACE.search, lines)):
                continue
            name = "_".join(users[0]) if len(lines) >= _LONG else _name(lines)
            if name and name not in found and name not in taken:
                found[name] = lines
        return {found[name]: name for name in sorted(found)}


def replaced(locals_: Mapping[tuple[str, ...], str], lines: Lines) -> Lines:
    """The value, or the local that has it."""
    name = locals_.get(tuple(lines))
    return lines if name is None else [f"local.{name}"]


def _name(lines: tuple[str, ...]) -> str | None:
    """The name for a value on one line, if it is worth one."""
    for kind in (_NAME_IN_STATE, _CHART):
        if len(lines) == 1 and (found := kind.fullmatch(lines[0])):
            return found[1]
    if len(lines) == 1 and (found := _ARN.fullmatch(lines[0])) and "$" not in lines[0]:
        return _NO_WORD.sub("_", found[1].lower()).strip("_") + "_arn"
    return None
