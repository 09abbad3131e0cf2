"""Resources that have a new address: Terraform moves them in the state instead of making them anew.

An address is a contract, because whatever loses its address is destroyed. Whoever has to change
one writes the change here, and it stays: somebody may come from an older version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Move:
    """One resource's change of address.

    Attributes:
        old: the address that it had, for example `aws_efs_file_system.files`.
        new: the address that it has.
    """

    old: str
    new: str


MOVES: Final[Mapping[str, Sequence[Move]]] = {}
"""The moves by the stack's name within its environment, for example `cluster`, oldest first."""


def moved_blocks(
    stack: str, moves: Mapping[str, Sequence[Move]] | None = None
) -> list[dict[str, str]]:
    """The `moved` blocks of a stack, as Terraform JSON.

    Args:
        stack: the stack's name within its environment.

    Source: https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
    """
    return [
        {"from": move.old, "to": move.new}
        for move in (MOVES if moves is None else moves).get(stack, ())
    ]


def moved(stack: str, address: str, moves: Mapping[str, Sequence[Move]] | None = None) -> str:
    """Where a resource is that once had an address."""
    for move in _of(stack, moves):
        if address == move.old:
            address = move.new
    return address


def _of(stack: str, moves: Mapping[str, Sequence[Move]] | None) -> Sequence[Move]:
    return (MOVES if moves is None else moves).get(stack, ())
