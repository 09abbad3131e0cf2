"""Resources with a new address, which Terraform moves in the state instead of replacing them.

An address is a contract, because a resource that loses its address is destroyed. A changed address
is declared here and the declaration stays, for users who upgrade from an older version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Move:
    """A changed address.

    Attributes:
        old: the former address, for example `aws_efs_file_system.files`.
        new: the current address.
    """

    old: str
    new: str


MOVES: Final[Mapping[str, Sequence[Move]]] = {}
"""Moves by the stack's name within its environment, for example `cluster`, oldest first."""


def moved_blocks(
    stack: str, moves: Mapping[str, Sequence[Move]] | None = None
) -> list[dict[str, str]]:
    """The `moved` blocks of a stack, as Terraform JSON.

    Args:
        stack: the stack's name within its environment.

    Source: https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
    """
    return [{"from": move.old, "to": move.new} for move in _moves_of(stack, moves)]


def moved(stack: str, address: str, moves: Mapping[str, Sequence[Move]] | None = None) -> str:
    """The current address of a resource, given a former one."""
    for move in _moves_of(stack, moves):
        if address == move.old:
            address = move.new
    return address


def _moves_of(stack: str, moves: Mapping[str, Sequence[Move]] | None) -> Sequence[Move]:
    return (MOVES if moves is None else moves).get(stack, ())
