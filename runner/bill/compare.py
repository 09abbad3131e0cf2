"""The difference of two bills, for each resource."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from runner.bill.lines import BillLine, MonthlyBill, total


@dataclass(frozen=True)
class BillChange:
    """A resource's item that costs something else in the other bill.

    Attributes:
        before: USD per month in the other bill; None where it does not have it.
        after: USD per month in this one; None likewise.
        without_price: whether one of them has no price, so that the difference is unknown.
    """

    stack: str
    address: str
    what: str
    before: Decimal | None
    after: Decimal | None
    without_price: bool = False

    @property
    def difference(self) -> Decimal:
        """USD per month that this bill has more."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


def changes(before: MonthlyBill, after: MonthlyBill) -> list[BillChange]:
    """What differs between two bills, in the order of this one, then of the other one."""
    old, new = _by_key(before.lines), _by_key(after.lines)
    found: list[BillChange] = []
    for key in dict.fromkeys((*new, *old)):
        sides = old.get(key, []), new.get(key, [])
        missing = any(line.price is None for side in sides for line in side)
        first, second = (_sum(side) for side in sides)
        if first != second or (missing and _quantity(sides[0]) != _quantity(sides[1])):
            found.append(BillChange(*key, first, second, missing))
    return found


def _by_key(lines: Iterable[BillLine]) -> dict[tuple[str, str, str], list[BillLine]]:
    found: dict[tuple[str, str, str], list[BillLine]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    return found


def _sum(lines: Sequence[BillLine]) -> Decimal | None:
    return total(lines) if lines else None


def _quantity(lines: Sequence[BillLine]) -> Decimal:
    return sum((line.item.quantity for line in lines), Decimal(0))
